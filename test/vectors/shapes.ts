/** One span of a shape, and those inside it. Calls are told apart by which of two facts they are. */
export type Step =
  | {
      readonly is: 'call';
      /** Of the dialect's facts: the first, the second, or one of its own name. */
      readonly facts: 0 | 1 | 'failed' | 'embeddings';
      /** Worded by another writer than the trace. */
      readonly by?: string;
      /** Stands for no call of its own: another span inside it, or beside it, does. */
      readonly isSecondSight?: true;
      readonly inside?: readonly Step[];
    }
  | {
      readonly is: 'agent' | 'workflow' | 'tool' | 'plain' | 'server';
      readonly name: string;
      readonly failed?: true;
      /** Those inside it start together. */
      readonly atOnce?: true;
      readonly inside?: readonly Step[];
    };

export interface Shape {
  readonly name: string;
  readonly root: Step;
  /** The root's parent is in another process. */
  readonly isRemote?: true;
}

const CALL: Step = { is: 'call', facts: 0 };
const OTHER_CALL: Step = { is: 'call', facts: 1 };
const FAILED: Step = { is: 'call', facts: 'failed' };

function tool(name: string): Step {
  return { is: 'tool', name };
}

/** What traces look like, whoever writes them. */
export const SHAPES: readonly Shape[] = [
  {
    name: 'an agent with loops and tools in a request',
    root: {
      is: 'server',
      name: 'POST /triage',
      inside: [
        {
          is: 'agent',
          name: 'triage',
          inside: [CALL, tool('search'), CALL, tool('search'), OTHER_CALL, tool('close'), CALL],
        },
      ],
    },
  },
  {
    name: 'an agent without a request',
    root: { is: 'agent', name: 'nightly', inside: [CALL, tool('read'), CALL] },
  },
  {
    name: 'a wrapper around the call of another writer',
    root: {
      is: 'agent',
      name: 'wrapped',
      inside: [
        {
          is: 'call',
          facts: 0,
          isSecondSight: true,
          inside: [{ is: 'call', facts: 0, by: 'newest-conventions' }],
        },
        tool('search'),
        {
          is: 'call',
          facts: 1,
          isSecondSight: true,
          inside: [{ is: 'call', facts: 1, by: 'newest-conventions' }],
        },
      ],
    },
  },
  {
    name: 'a call that another writer tells of once more, beside it',
    root: {
      is: 'server',
      name: 'POST /twice',
      atOnce: true,
      inside: [CALL, { is: 'call', facts: 0, by: 'states-nothing-new', isSecondSight: true }],
    },
  },
  {
    name: 'agents inside an agent',
    root: {
      is: 'agent',
      name: 'planner',
      inside: [
        CALL,
        { is: 'agent', name: 'researcher', inside: [OTHER_CALL, tool('browse'), OTHER_CALL] },
        { is: 'agent', name: 'writer', inside: [CALL] },
        CALL,
      ],
    },
  },
  {
    name: 'a request from another process',
    isRemote: true,
    root: {
      is: 'server',
      name: 'POST /remote',
      inside: [{ is: 'agent', name: 'remote', inside: [CALL, OTHER_CALL] }],
    },
  },
  {
    name: 'a call right under another process',
    isRemote: true,
    root: CALL,
  },
  {
    name: 'a call alone',
    root: OTHER_CALL,
  },
  {
    name: 'retries',
    root: { is: 'server', name: 'POST /retried', inside: [FAILED, FAILED, CALL] },
  },
  {
    name: 'an agent that fails',
    root: {
      is: 'agent',
      name: 'doomed',
      failed: true,
      inside: [CALL, { is: 'tool', name: 'delete', failed: true }, FAILED],
    },
  },
  {
    name: 'a workflow of agents, one after the other',
    root: {
      is: 'workflow',
      name: 'bug-triage',
      inside: [
        { is: 'agent', name: 'reader', inside: [CALL, CALL] },
        { is: 'agent', name: 'judge', inside: [OTHER_CALL] },
      ],
    },
  },
  {
    name: 'a workflow whose agents are in spans of the application',
    root: {
      is: 'workflow',
      name: 'review',
      inside: [
        {
          is: 'plain',
          name: 'first step',
          inside: [{ is: 'agent', name: 'reader', inside: [CALL, tool('read'), CALL] }],
        },
        {
          is: 'plain',
          name: 'second step',
          inside: [{ is: 'plain', name: 'inner', inside: [OTHER_CALL, tool('write')] }],
        },
      ],
    },
  },
  {
    name: 'a wrapper around a call, and nothing around both',
    root: {
      is: 'call',
      facts: 0,
      isSecondSight: true,
      inside: [{ is: 'call', facts: 0, by: 'newest-conventions' }],
    },
  },
  {
    name: 'calls of a request that no agent makes, some of them in other spans',
    root: {
      is: 'server',
      name: 'GET /answer',
      inside: [
        { is: 'call', facts: 'embeddings' },
        { is: 'plain', name: 'lookup' },
        { is: 'plain', name: 'answer', inside: [CALL, OTHER_CALL] },
      ],
    },
  },
];
