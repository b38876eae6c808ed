import { register } from './register/register-process.ts';

/**
 * `import 'costspan/register'`, as the first import of the entry file or by `node --import`. There
 * is no top-level await here or below: a module beside this one would run before it was done.
 */
register();
