import type { Command } from 'commander';
import type { CommandIo } from '../command-io.ts';
import type { ChangeOptions } from './change-commands.ts';

/** Adds `costspan budget …` to the program. `done` takes the exit code. */
export function addBudgetCommands(
  budget: Command,
  io: CommandIo,
  done: (exitCode: number) => void,
): void {
  budget
    .command('status')
    .description(
      'what each budget of costspan.yaml has spent, holds and has left (exit 1: one is spent)',
    )
    .option('--json', 'the figures as JSON')
    .action(async (options: { json?: boolean }) => {
      const { statusCommand } = await import('./status-command.ts');
      done(await statusCommand(io, options));
    });
  accountable(
    budget
      .command('override')
      .description('let a budget spend more until its period ends, or for a while')
      .argument('<budget>', 'its id in costspan.yaml')
      .requiredOption(
        '--extra <amount>',
        'how much more: USD, tokens or calls, as the budget has it',
      ),
  )
    .requiredOption('--reason <text>', 'why, for the audit log')
    .option('--until <when>', 'span such as 2h, 30m, 7d, or an instant in ISO 8601')
    .option('--ticket <id>', 'where it was asked for')
    .option('--approved-by <name>', 'who agreed')
    .option('--split <split>', 'only this split, such as userId=u-17')
    .option('--run <id>', 'the run, for a budget per run')
    .action(async (id: string, options: ChangeOptions & { extra: string }) => {
      const { overrideCommand } = await import('./change-commands.ts');
      done(await overrideCommand(io, id, options));
    });
  accountable(
    budget
      .command('pause')
      .description('switch a team, workflow, agent, run, user or model off, in every process')
      .argument('<scope...>', 'key=value, such as workflow=bug-triage; several must all hold'),
  )
    .requiredOption('--reason <text>', 'why, for whoever is refused')
    .option('--until <when>', 'span such as 2h, or an instant in ISO 8601 (default: until resumed)')
    .action(async (scope: string[], options: ChangeOptions) => {
      const { pauseCommand } = await import('./change-commands.ts');
      done(await pauseCommand(io, scope, options));
    });
  accountable(
    budget
      .command('resume')
      .description('switch it on again (exit 1: it was not paused)')
      .argument('<scope...>', 'the same key=value, or the id of the pause'),
  )
    .option('--reason <text>', 'why, for the audit log')
    .action(async (scope: string[], options: ChangeOptions) => {
      const { resumeCommand } = await import('./change-commands.ts');
      done(await resumeCommand(io, scope, options));
    });
  budget
    .command('audit')
    .description('who did what, checked for removed entries (exit 1: some are)')
    .option('--last <count>', 'entries shown (default: 50)')
    .option('--json', 'the entries as JSON')
    .action(async (options: { last?: string; json?: boolean }) => {
      const { auditCommand } = await import('./audit-command.ts');
      done(await auditCommand(io, options));
    });
}

function accountable(command: Command): Command {
  return command
    .option('--actor <name>', 'who does it (default: COSTSPAN_ACTOR, else the user of the shell)')
    .option('--json', 'the result as JSON');
}
