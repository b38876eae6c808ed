/**
 * Writes samples straight into a Prometheus by its remote-write protocol (1.0), which it reads ten
 * times faster than text. All series of one request have their samples at the same times, so these are
 * encoded once.
 */
export class RemoteWrite {
  readonly #url: string;
  /** The samples of one series, with zeros for values. */
  readonly #samples: Uint8Array;
  /** Where in it the values belong. */
  readonly #places: readonly number[];
  readonly #pieces: Uint8Array[] = [];

  /** `times` are milliseconds since the epoch, in order. */
  constructor(url: string, times: readonly number[]) {
    this.#url = url;
    const places: number[] = [];
    let length = 0;
    const samples = times.map((time) => {
      const sample = field(2, [0x09, 0, 0, 0, 0, 0, 0, 0, 0, 0x10, ...varint(time)]);
      // After the tag and the length, a byte each, and the tag of the value.
      places.push(length + 3);
      length += sample.length;
      return sample;
    });
    this.#samples = Buffer.concat(samples);
    this.#places = places;
  }

  /** `labels` as `encodeLabels` makes them; a value for each time. */
  add(labels: Uint8Array, values: readonly number[]): void {
    const samples = this.#samples.slice();
    const view = new DataView(samples.buffer, samples.byteOffset);
    for (const [index, place] of this.#places.entries()) {
      view.setFloat64(place, values[index] ?? Number.NaN, true);
    }
    const head = [(1 << 3) | 2, ...varint(labels.length + samples.length)];
    this.#pieces.push(Uint8Array.from(head), labels, samples);
  }

  /** Throws what Prometheus says when it does not take them. */
  async send(): Promise<void> {
    const response = await fetch(`${this.#url}/api/v1/write`, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-protobuf',
        'content-encoding': 'snappy',
        'x-prometheus-remote-write-version': '0.1.0',
      },
      body: uncompressedSnappy(Buffer.concat(this.#pieces.splice(0))),
    });
    if (!response.ok) throw new Error(`Prometheus refused samples: ${await response.text()}`);
  }
}

/** The labels of a series, its name among them. */
export function encodeLabels(labels: Readonly<Record<string, string>>): Uint8Array {
  const encoded = Object.entries(labels)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) =>
      field(1, [...field(1, Buffer.from(name)), ...field(2, Buffer.from(value))]),
    );
  return Buffer.concat(encoded);
}

/** A field of a message that is a message or a string. */
function field(number: number, content: ArrayLike<number>): Uint8Array {
  const head = [(number << 3) | 2, ...varint(content.length)];
  return Uint8Array.from([...head, ...Array.from(content)]);
}

function varint(value: number): readonly number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  return [...bytes, rest];
}

/** Snappy's block format with nothing but one literal. */
function uncompressedSnappy(bytes: Uint8Array): Buffer<ArrayBuffer> {
  const head = Uint8Array.from([...varint(bytes.length), 0xfc, 0, 0, 0, 0]);
  new DataView(head.buffer).setUint32(head.length - 4, bytes.length - 1, true);
  return Buffer.concat([head, bytes]);
}
