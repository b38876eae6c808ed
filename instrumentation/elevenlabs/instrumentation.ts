import type { CallShape } from '../core/call/shape.ts';
import { fernEndpoint, fernMethods } from '../core/fern/fern-client.ts';
import type { PlainSdk } from '../core/plain/plain-sdk.ts';
import { dialogue, dubbing, sound, speech, transcription } from './shapes.ts';
import { packages } from './metadata.ts';

type Methods = Readonly<Record<string, CallShape>>;
type Resources = Readonly<Record<string, Methods>>;

const MUSIC: Methods = {
  compose: sound,
  composeDetailed: sound,
  composeDetailedStream: sound,
  stream: sound,
  videoToMusic: sound,
  separateStems: sound,
};

/** What is billed, by resource and method. */
const RESOURCES: Resources = {
  textToSpeech: {
    convert: speech,
    convertWithTimestamps: speech,
    stream: speech,
    streamWithTimestamps: speech,
  },
  textToDialogue: {
    convert: dialogue,
    convertWithTimestamps: dialogue,
    stream: dialogue,
    streamWithTimestamps: dialogue,
  },
  textToSoundEffects: { convert: sound },
  speechToSpeech: { convert: sound, stream: sound },
  audioIsolation: { convert: sound, stream: sound },
  music: MUSIC,
  // What newer versions hand on to, from methods of the same names.
  'music._client': MUSIC,
  textToVoice: { createPreviews: sound, design: sound, remix: sound },
  speechToText: { convert: transcription },
  forcedAlignment: { create: transcription },
  dubbing: { create: dubbing },
};

const OLDER_RESOURCES: Resources = {
  textToSpeech: {
    convert: speech,
    convertWithTimestamps: speech,
    convertAsStream: speech,
    streamWithTimestamps: speech,
  },
  textToSoundEffects: { convert: sound },
  speechToSpeech: { convert: sound, convertAsStream: sound },
  audioIsolation: { audioIsolation: sound, audioIsolationStream: sound },
  textToVoice: { createPreviews: sound },
  speechToText: { convert: transcription },
  dubbing: { dubAVideoOrAnAudioFile: dubbing },
};

function sdkOf(packageName: string, resources: Resources, ownResource: string): PlainSdk {
  return {
    packageName,
    endpointOf: (client) => fernEndpoint(client, 'elevenlabs', 'https://api.elevenlabs.io'),
    isClient: (client) => 'textToSpeech' in client && ownResource in client,
    methods: Object.entries(resources).flatMap(([resource, table]) =>
      fernMethods({ classPath: ['ElevenLabsClient'], resourcePath: resource.split('.') }, table),
    ),
  };
}

/** The methods of `@elevenlabs/elevenlabs-js` that are billed, but for what goes through sockets. */
export const elevenLabsSdk: PlainSdk = sdkOf(packages[0].packageName, RESOURCES, 'textToDialogue');

/** The same of the package that it replaced. */
export const olderElevenLabsSdk: PlainSdk = sdkOf(
  packages[1].packageName,
  OLDER_RESOURCES,
  'generate',
);
