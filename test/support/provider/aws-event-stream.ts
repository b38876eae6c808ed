import { crc32 } from 'node:zlib';

const STRING_HEADER = 7;

function encodeHeaders(headers: Readonly<Record<string, string>>): Buffer {
  const parts: Buffer[] = [];
  for (const [name, value] of Object.entries(headers)) {
    const nameBytes = Buffer.from(name);
    const valueBytes = Buffer.from(value);
    const lengths = Buffer.alloc(3);
    lengths.writeUInt8(STRING_HEADER, 0);
    lengths.writeUInt16BE(valueBytes.length, 1);
    parts.push(Buffer.from([nameBytes.length]), nameBytes, lengths, valueBytes);
  }
  return Buffer.concat(parts);
}

/**
 * One message in AWS event stream framing: total length, header length, checksum of both, headers,
 * payload, checksum of all that.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/RESTSelectObjectAppendix.html
 */
function encodeAwsMessage(headers: Readonly<Record<string, string>>, payload: Uint8Array): Buffer {
  const headerBytes = encodeHeaders(headers);
  const total = 12 + headerBytes.length + payload.length + 4;
  const prelude = Buffer.alloc(12);
  prelude.writeUInt32BE(total, 0);
  prelude.writeUInt32BE(headerBytes.length, 4);
  prelude.writeUInt32BE(crc32(prelude.subarray(0, 8)), 8);
  const message = Buffer.concat([prelude, headerBytes, payload, Buffer.alloc(4)]);
  message.writeUInt32BE(crc32(message.subarray(0, -4)), total - 4);
  return message;
}

/** One Bedrock `chunk` event: the model's own event as base64 inside JSON. */
export function encodeBedrockChunk(event: object | string): Buffer {
  const exception = exceptionOf(event);
  if (exception !== undefined) return exception;
  const inner = typeof event === 'string' ? event : JSON.stringify(event);
  return encodeEvent('chunk', { bytes: Buffer.from(inner).toString('base64'), p: 'abcdef' });
}

/** One event of ConverseStream, told by its only key: `{ contentBlockDelta: … }`. */
export function encodeConverseEvent(event: object | string): Buffer {
  const exception = exceptionOf(event);
  if (exception !== undefined) return exception;
  const [[type, payload] = ['unknown', {}]] = Object.entries(event) as [string, object][];
  return encodeEvent(type, { ...payload, p: 'abcdef' });
}

function encodeEvent(type: string, payload: object): Buffer {
  return encodeAwsMessage(
    {
      ':event-type': type,
      ':content-type': 'application/json',
      ':message-type': 'event',
    },
    Buffer.from(JSON.stringify(payload)),
  );
}

/** An event such as `{ throttlingException: { message } }` ends the stream with an error. */
function exceptionOf(event: object | string): Buffer | undefined {
  if (typeof event === 'string') return undefined;
  const [name = '', payload] = Object.entries(event)[0] ?? [];
  if (!name.endsWith('Exception')) return undefined;
  return encodeAwsMessage(
    {
      ':exception-type': name,
      ':content-type': 'application/json',
      ':message-type': 'exception',
    },
    Buffer.from(JSON.stringify(payload)),
  );
}
