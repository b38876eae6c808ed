/**
 * The fields of a multipart form as text; a file becomes its size. Enough for the audio and image
 * endpoints; not a parser for arbitrary forms.
 */
function multipartFields(bytes: Buffer, boundary: string): Record<string, string | number> {
  const fields: Record<string, string | number> = {};
  for (const part of bytes.toString('latin1').split(`--${boundary}`)) {
    const [head = '', ...rest] = part.split('\r\n\r\n');
    const name = /name="([^"]*)"/.exec(head)?.[1];
    if (name === undefined) continue;
    const value = rest.join('\r\n\r\n').replace(/\r\n$/, '');
    fields[name] = head.includes('filename=')
      ? value.length
      : Buffer.from(value, 'latin1').toString('utf8');
  }
  return fields;
}

/** The body in the form that `ProviderRequest.body` promises. */
export function parseBody(bytes: Buffer, contentType: string | undefined): unknown {
  if (bytes.length === 0) return undefined;
  const boundary = /boundary="?([^";]+)/.exec(contentType ?? '')?.[1];
  if (boundary !== undefined) return multipartFields(bytes, boundary);
  const text = bytes.toString('utf8');
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
