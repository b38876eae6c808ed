require('costspan/register');
const { withAttribution } = require('costspan');
const { Anthropic } = require('@anthropic-ai/sdk');

const anthropic = new Anthropic();

void withAttribution({ team: 'support', workflow: 'greeting' }, async () => {
  const message = await anthropic.messages.create({
    model: 'claude-haiku-4-5',
    max_tokens: 100,
    messages: [{ role: 'user', content: 'Say hello.' }],
  });
  for (const block of message.content) {
    if (block.type === 'text') console.log(block.text);
  }
});
