import { allVectors, type Vectors } from '../test/vectors/expected.ts';
import { settleGeneratedFiles } from './generated-files.ts';

/**
 * Writes what the engine makes of the spans and traces in `test/vectors/`: the attributes that each
 * span gets and loses, and the metrics. Every host is held to them; review what changes in them.
 */
const FOLDER = 'test/vectors/generated';

/** One line each, so that a change shows which of them changed. */
function lines(each: readonly unknown[], indent: string): string {
  return each.map((value) => `${indent}${JSON.stringify(value)}`).join(',\n');
}

function textOf({ pieces, metrics }: Vectors): string {
  const told = pieces.map(
    ({ title, spans, answers }) =>
      `    {\n      "title": ${JSON.stringify(title)},\n` +
      `      "spans": [\n${lines(spans, '        ')}\n      ],\n` +
      `      "answers": [\n${lines(answers, '        ')}\n      ]\n    }`,
  );
  return (
    `{\n  "pieces": [\n${told.join(',\n')}\n  ],\n` +
    `  "metrics": [\n${lines(metrics, '    ')}\n  ]\n}\n`
  );
}

settleGeneratedFiles(
  allVectors().map((vectors) => ({
    path: `${FOLDER}/${vectors.name}.json`,
    text: textOf(vectors),
  })),
  { surplus: `${FOLDER}/**/*.json` },
);
