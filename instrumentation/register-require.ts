import { register } from './register/register.ts';

/** `require('costspan/register')` and `node --require costspan/register`. */
register();
