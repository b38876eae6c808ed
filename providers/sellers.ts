import type { Provider } from './table.ts';

/**
 * Providers without a name of their own in the conventions and without a rule of their own here,
 * but for where they are and what of it costs: so that their calls have a name, requests past every
 * instrumentation are noticed, and baggage does not reach them.
 */
export const SELLERS: readonly Provider[] = [
  // Gateways; `gateways.ts` says whom they ask.
  { name: 'portkey', domains: ['api.portkey.ai'] },
  {
    name: 'helicone',
    domains: ['helicone.ai', 'hconeai.com'],
    billedPaths: /^\/(?!v1\/(?:log|trace|prompt))/,
  },
  { name: 'requesty', domains: ['router.requesty.ai'] },
  { name: 'unify', hosts: ['api.unify.ai'] },
  { name: 'llmgateway', hosts: ['api.llmgateway.io'] },
  { name: 'edenai', hosts: ['api.edenai.run'] },
  { name: 'aimlapi', hosts: ['api.aimlapi.com'] },
  { name: 'opencode', hosts: ['opencode.ai'], billedPaths: /^\/zen\// },

  // Clouds, whose hosts do much besides.
  {
    name: 'cloudflare',
    spellings: ['workersai', 'cloudflareworkersai'],
    hosts: ['gateway.ai.cloudflare.com', 'api.cloudflare.com'],
    billedPaths: /^\/v1\/[^/]+\/[^/]+(?:\/|$)|\/ai\/(?:run\/|v1\/)/,
  },
  {
    name: 'databricks',
    domains: ['cloud.databricks.com', 'azuredatabricks.net', 'gcp.databricks.com'],
    billedPaths: /\/serving-endpoints\//,
  },
  {
    name: 'snowflake',
    domains: ['snowflakecomputing.com'],
    billedPaths: /\/cortex\/(?:inference|v1|agent|analyst|search)/,
  },
  {
    name: 'oracle',
    spellings: ['oci', 'oraclecloud', 'ocigenai'],
    domains: ['oci.oraclecloud.com'],
    billedPaths: /\/actions\/(?:chat|generateText|embedText|rerankText|summarizeText)$/,
  },
  { name: 'scaleway', domains: ['api.scaleway.ai'] },
  {
    name: 'ovhcloud',
    spellings: ['ovh'],
    domains: ['endpoints.kepler.ai.cloud.ovh.net', 'endpoints.ai.cloud.ovh.net'],
  },
  { name: 'digitalocean', hosts: ['inference.do-ai.run'], domains: ['agents.do-ai.run'] },

  // Sellers of many models.
  {
    name: 'nvidia',
    spellings: ['nvidianim', 'nim'],
    hosts: ['integrate.api.nvidia.com', 'ai.api.nvidia.com'],
  },
  { name: 'sambanova', spellings: ['sambanovacloud'], domains: ['api.sambanova.ai'] },
  {
    name: 'baseten',
    hosts: ['inference.baseten.co', 'bridge.baseten.co'],
    // Every model has a host of its own; `api.baseten.co` only manages them.
    domains: ['api.baseten.co'],
    billedPaths:
      /\/(?:predict|async_predict|run_remote|chat\/completions|completions|embeddings|messages)$/,
  },
  {
    name: 'replicate',
    hosts: ['api.replicate.com'],
    billedPaths: /\/(?:predictions|trainings)$/,
  },
  {
    name: 'fal',
    spellings: ['falai'],
    domains: ['fal.run'],
    hosts: ['gateway.fal.ai'],
    freePaths: /\/requests\/[^/]+(?:\/|$)|\/storage\//,
  },
  { name: 'hyperbolic', hosts: ['api.hyperbolic.xyz'] },
  {
    name: 'nebius',
    domains: ['api.studio.nebius.ai', 'api.studio.nebius.com', 'api.tokenfactory.nebius.com'],
  },
  { name: 'lambda', hosts: ['api.lambda.ai', 'api.lambdalabs.com'], billedPaths: /^\/v1\// },
  { name: 'friendli', domains: ['api.friendli.ai'] },
  { name: 'featherless', hosts: ['api.featherless.ai'] },
  { name: 'siliconflow', domains: ['api.siliconflow.cn', 'api.siliconflow.com'] },
  { name: 'anyscale', hosts: ['api.endpoints.anyscale.com'] },
  { name: 'lepton', domains: ['lepton.run'] },
  { name: 'inference_net', hosts: ['api.inference.net'] },
  { name: 'parasail', hosts: ['api.parasail.io'] },
  {
    name: 'chutes',
    domains: ['chutes.ai'],
    billedPaths: /\/(?:chat\/completions|completions|embeddings|generate)$/,
  },
  { name: 'venice', hosts: ['api.venice.ai'] },
  { name: 'gmi', hosts: ['api.gmi-serving.com'] },
  { name: 'avian', hosts: ['api.avian.io'] },
  {
    name: 'modal',
    domains: ['modal.run'],
    billedPaths: /\/v1\/(?:chat\/completions|completions|embeddings)$/,
  },
  { name: 'nlpcloud', hosts: ['api.nlpcloud.io'] },
  { name: 'predibase', hosts: ['serving.app.predibase.com'] },
  { name: 'nscale', hosts: ['inference.api.nscale.com'] },
  { name: 'crusoe', hosts: ['api.inference.crusoecloud.com'] },

  // Makers of models.
  {
    name: 'dashscope',
    spellings: ['alibaba', 'alibabacloud', 'aliyun', 'qwen', 'tongyi', 'bailian', 'modelstudio'],
    domains: [
      'dashscope.aliyuncs.com',
      'dashscope-intl.aliyuncs.com',
      'dashscope-us.aliyuncs.com',
      'maas.aliyuncs.com',
    ],
    billedPaths: /\/(?:services\/|compatible-mode\/|compatible-api\/|apps\/)/,
  },
  {
    name: 'volcengine',
    spellings: ['doubao', 'ark', 'byteplus', 'volcano'],
    hosts: ['ark.cn-beijing.volces.com', 'ark.ap-southeast.bytepluses.com'],
  },
  {
    name: 'hunyuan',
    spellings: ['tencent', 'tencentcloud'],
    hosts: ['api.hunyuan.cloud.tencent.com', 'hunyuan.tencentcloudapi.com'],
  },
  {
    name: 'qianfan',
    spellings: ['baidu', 'ernie', 'wenxin'],
    hosts: ['qianfan.baidubce.com', 'aip.baidubce.com'],
    billedPaths: /\/(?:v2\/|wenxinworkshop\/)/,
  },
  { name: 'stepfun', hosts: ['api.stepfun.com', 'api.stepfun.ai'] },
  { name: 'lingyiwanwu', spellings: ['yi', '01ai'], hosts: ['api.lingyiwanwu.com'] },
  { name: 'baichuan', hosts: ['api.baichuan-ai.com'] },
  { name: 'spark', spellings: ['iflytek', 'xfyun'], hosts: ['spark-api-open.xf-yun.com'] },
  { name: 'ai21', spellings: ['ai21labs'], hosts: ['api.ai21.com'] },
  { name: 'reka', hosts: ['api.reka.ai'] },
  { name: 'writer', hosts: ['api.writer.com'] },
  { name: 'upstage', hosts: ['api.upstage.ai'] },
  { name: 'inception', hosts: ['api.inceptionlabs.ai'] },
  { name: 'liquid', hosts: ['api.liquid.ai'] },
  { name: 'arcee', hosts: ['conductor.arcee.ai', 'api.arcee.ai'] },
  { name: 'morph', hosts: ['api.morphllm.com'] },
  { name: 'relace', hosts: ['api.relace.ai', 'instantapply.endpoint.relace.run'] },
  { name: 'meta', spellings: ['llamaapi'], hosts: ['api.llama.com'] },
  {
    name: 'v0',
    hosts: ['api.v0.dev'],
    billedPaths: /\/(?:chat\/completions|chats|messages)(?:\/|$)/,
  },
  {
    name: 'github_copilot',
    spellings: ['copilot'],
    domains: ['githubcopilot.com'],
    bookId: 'github-copilot',
  },

  // Embeddings, reranking and documents.
  {
    name: 'jina',
    spellings: ['jinaai'],
    hosts: ['api.jina.ai', 'deepsearch.jina.ai', 'r.jina.ai', 's.jina.ai'],
  },
  { name: 'nomic', hosts: ['api-atlas.nomic.ai'], billedPaths: /\/embedding\// },
  {
    name: 'mixedbread',
    spellings: ['mixedbreadai'],
    hosts: ['api.mixedbread.com', 'api.mixedbread.ai'],
  },
  { name: 'zeroentropy', domains: ['api.zeroentropy.dev'] },
  {
    name: 'llamacloud',
    spellings: ['llamaparse'],
    domains: ['cloud.llamaindex.ai'],
    billedPaths: /\/(?:parsing|extraction|parse|extract)\//,
  },

  // Speech.
  {
    name: 'elevenlabs',
    spellings: ['eleven', 'elevenlabsio'],
    domains: ['elevenlabs.io'],
    billedPaths:
      /^\/v\d+\/(?:text-to-speech|text-to-dialogue|text-to-voice|speech-to-text|speech-to-speech|sound-generation|audio-isolation|music|dubbing|forced-alignment)(?:\/|$)/,
  },
  {
    name: 'deepgram',
    domains: ['api.deepgram.com', 'agent.deepgram.com'],
    billedPaths: /^\/v\d+\/(?:listen|speak|read|agent)(?:\/|$)/,
  },
  {
    name: 'assemblyai',
    spellings: ['assembly'],
    domains: ['assemblyai.com'],
    billedPaths: /\/(?:transcript|chat\/completions|messages|generate\/[\w-]+|ws)$/,
  },
  {
    name: 'cartesia',
    hosts: ['api.cartesia.ai'],
    billedPaths: /^\/(?:tts|stt|voice-changer|infill|v1\/(?:tts|stt))(?:\/|$)/,
  },
  { name: 'playht', hosts: ['api.play.ht', 'api.play.ai'], billedPaths: /\/tts(?:\/|$)/ },
  { name: 'hume', hosts: ['api.hume.ai'], billedPaths: /\/(?:tts|evi|batch\/jobs|stream)(?:\/|$)/ },
  { name: 'lmnt', hosts: ['api.lmnt.com'], billedPaths: /\/speech(?:\/|$)/ },
  { name: 'rime', hosts: ['users.rime.ai'] },
  {
    name: 'speechmatics',
    domains: ['speechmatics.com'],
    billedPaths: /\/(?:jobs|generate|v2)(?:\/|$)/,
  },
  {
    name: 'gladia',
    hosts: ['api.gladia.io'],
    billedPaths: /\/(?:transcription|pre-recorded|live)(?:\/|$)/,
  },
  { name: 'revai', spellings: ['rev.ai', 'rev'], domains: ['api.rev.ai'], billedPaths: /\/jobs$/ },
  { name: 'fishaudio', hosts: ['api.fish.audio'], billedPaths: /\/(?:tts|asr)$/ },

  // Images and video.
  { name: 'stability', spellings: ['stabilityai'], hosts: ['api.stability.ai'] },
  { name: 'black_forest_labs', spellings: ['bfl', 'flux'], domains: ['api.bfl.ai', 'api.bfl.ml'] },
  { name: 'ideogram', hosts: ['api.ideogram.ai'] },
  { name: 'leonardo', hosts: ['cloud.leonardo.ai'], billedPaths: /\/generations(?:-|\/|$)/ },
  { name: 'recraft', hosts: ['external.api.recraft.ai'], freePaths: /\/styles$/ },
  {
    name: 'runway',
    spellings: ['runwayml'],
    hosts: ['api.dev.runwayml.com', 'api.runwayml.com'],
    freePaths: /\/uploads$/,
  },
  { name: 'luma', spellings: ['lumaai'], hosts: ['api.lumalabs.ai'] },
  {
    name: 'kling',
    spellings: ['klingai'],
    domains: ['api.klingai.com', 'api-singapore.klingai.com'],
  },
  { name: 'decart', hosts: ['api.decart.ai', 'api3.decart.ai'] },
  { name: 'prodia', hosts: ['inference.prodia.com'] },
  { name: 'segmind', hosts: ['api.segmind.com'] },
  { name: 'clipdrop', hosts: ['clipdrop-api.co'] },
  {
    name: 'heygen',
    hosts: ['api.heygen.com'],
    billedPaths: /\/(?:generate|video_translate|streaming\.task)(?:\/|$)/,
  },
];
