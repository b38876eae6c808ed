import * as bedrockModule from '@aws-sdk/client-bedrock';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { recordBatchResults, withAttribution } from '../../index.ts';
import { bedrockJobs } from '../../instrumentation/bedrock/index.ts';
import { batchNanos } from './batch-lines.ts';
import { type BatchBench, startBatchBench } from './bench.ts';

let bench: BatchBench;
beforeAll(async () => {
  bench = await startBatchBench([[bedrockJobs, bedrockModule]]);
});
afterAll(() => bench.stop());

const line = (index: number): object => ({
  recordId: `R${index}`,
  modelInput: {},
  modelOutput: {
    output: { message: { role: 'assistant', content: [{ text: 'x' }] } },
    stopReason: 'end_turn',
    usage: { inputTokens: 1_000 * index, outputTokens: 50, totalTokens: 1_000 * index + 50 },
  },
});

it('books lines out of S3 for whoever created the job', async () => {
  const jobArn = 'arn:aws:bedrock:us-east-1:123456789012:model-invocation-job/abc123';
  const modelId = 'amazon.nova-lite-v1:0';
  bench.server.on('/model-invocation-job', { json: { jobArn } });
  const client = new bedrockModule.BedrockClient({
    region: 'us-east-1',
    endpoint: bench.server.url,
    credentials: { accessKeyId: 'id', secretAccessKey: 'secret' },
  });
  await withAttribution({ workflow: 'nightly' }, () =>
    client.send(
      new bedrockModule.CreateModelInvocationJobCommand({
        jobName: 'nightly',
        roleArn: 'arn:aws:iam::123456789012:role/batches',
        modelId,
        inputDataConfig: { s3InputDataConfig: { s3Uri: 's3://in/' } },
        outputDataConfig: { s3OutputDataConfig: { s3Uri: 's3://out/' } },
      }),
    ),
  );
  const source = { provider: 'bedrock', model: modelId, batchId: jobArn };
  await recordBatchResults(source, [line(1), line(2), line(1)]);
  expect(await bench.booked('nightly')).toEqual({
    nanos: batchNanos(modelId, 1_000, 50, 'aws') + batchNanos(modelId, 2_000, 50, 'aws'),
    calls: { create_batch: 1, chat: 2 },
    durations: undefined,
  });
  const create = bench.live.sink.spans.find(({ name }) => name === `create_batch ${modelId}`);
  expect(create?.attributes).toMatchObject({
    'costspan.batch.id': jobArn,
    'gen_ai.provider.name': 'aws.bedrock',
    'costspan.price.state': 'free',
  });
});
