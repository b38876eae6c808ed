import 'costspan/register';
import { withAttribution } from 'costspan';
import OpenAI, { RateLimitError } from 'openai';

import { arrivals } from './arrivals.ts';

/**
 * Product texts, all at once, into a provider that is out of capacity: the SDK retries by itself,
 * and for one text its retries run out.
 */
const openai = new OpenAI({ maxRetries: 3 });

async function describeProduct(product: string): Promise<void> {
  try {
    const stream = await openai.chat.completions.create({
      model: 'gpt-4.1-mini',
      messages: [{ role: 'user', content: `Describe in 40 words: ${product}` }],
      stream: true,
      stream_options: { include_usage: true },
    });
    for await (const _chunk of stream);
  } catch (error) {
    if (!(error instanceof RateLimitError)) throw error;
  }
}

const products = ['kettle', 'lamp', 'desk', 'chair', 'shelf', 'discontinued rug'];

for await (const range of arrivals(['spring', 'autumn'], 900)) {
  const texts = products.map((product) =>
    withAttribution({ team: 'growth', workflow: 'product-copy' }, () =>
      describeProduct(`${product}, ${range} range`),
    ),
  );
  await Promise.all(texts);
}
