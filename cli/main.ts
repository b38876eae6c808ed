import { Command, CommanderError } from 'commander';
import { addBudgetCommands } from './budget/budget-program.ts';
import { processIo } from './command-io.ts';
import type { CommandIo } from './command-io.ts';
import { EXIT_FINDING, EXIT_OK, EXIT_USAGE } from './exit-codes.ts';
import { suggest } from '../processor/engine/suggest.ts';
import { ownVersion } from './package-info.ts';
import { messageOf } from '../conventions/error-text.ts';

/** Runs the command line of this process. */
export async function main(): Promise<void> {
  // The reader of a pipe may leave early, as `head` does.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exitCode = EXIT_OK;
  });
  process.exitCode = await run(process.argv.slice(2), processIo());
}

/**
 * Runs one command and returns the exit code. Each command loads what it needs when it is asked
 * for, so that `--help` stays quick.
 */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  let exitCode = EXIT_OK;
  const program = new Command('costspan')
    .description('What every LLM call costs, inside the OpenTelemetry stack you already run.')
    .version(ownVersion())
    .helpCommand(false)
    .configureHelp({ showGlobalOptions: true })
    .exitOverride()
    .configureOutput({
      writeOut: io.out,
      writeErr: io.error,
      outputError: (message, write) => write(`costspan: ${oneSentence(message)}\n`),
    });
  program
    .command('doctor')
    .description('look at the application in this folder and say what is missing or wrong')
    .option('--json', 'the report as JSON')
    .action(async (options: { json?: boolean }) => {
      const { doctorCommand } = await import('./doctor/doctor-command.ts');
      exitCode = await doctorCommand(io, options);
    });
  program
    .command('prices')
    .description('the rates that a model is priced with')
    .argument('<provider>', 'provider, as in gen_ai.provider.name')
    .argument('<model>', 'model, as the provider spells it')
    .option('--tier <tier>', 'service tier, such as batch, flex or priority')
    .option('--at <time>', 'date or instant in ISO 8601 (default: now)')
    .option('--json', 'the rates as JSON')
    .action(
      async (
        provider: string,
        model: string,
        options: { tier?: string; at?: string; json?: boolean },
      ) => {
        const { pricesCommand } = await import('./prices-command.ts');
        exitCode = await pricesCommand(io, provider, model, options);
      },
    );
  program
    .command('grafana')
    .description(
      'write dashboards, rules for your budgets, alerts and a compose file into a folder',
    )
    .argument('<folder>', 'where to write; what was written before is overwritten')
    .option(
      '--config <file>',
      'configuration with the budgets (default: the one that applies here)',
    )
    .option('--naming <naming>', 'how metrics reach Prometheus: otlp, scrape or utf8', 'otlp')
    .option(
      '--dialect <dialect>',
      'which server answers: prometheus (3.16 or newer), prometheus-2 (older, and Mimir) or victoriametrics',
      'prometheus',
    )
    .option('--runbooks <url>', 'where the runbooks can be read, for the links of alerts')
    .option('--grafana <url>', 'the address of Grafana, for the links of alerts to panels')
    .option('--json', 'what was written, as JSON')
    .action(
      async (
        folder: string,
        options: {
          config?: string;
          naming: string;
          dialect: string;
          runbooks?: string;
          grafana?: string;
          json?: boolean;
        },
      ) => {
        const { grafanaCommand } = await import('./grafana/grafana-command.ts');
        exitCode = grafanaCommand(io, folder, options);
      },
    );
  const config = commandGroup(program, 'config', 'the configuration file');
  config
    .command('check')
    .description('say every problem of the file that applies here, or of the one given')
    .argument('[file]')
    .option('--json', 'the problems as JSON')
    .action(async (file: string | undefined, options: { json?: boolean }) => {
      const { checkConfigCommand } = await import('./config-command.ts');
      exitCode = await checkConfigCommand(io, file, options);
    });
  config
    .command('schema')
    .description('print the JSON Schema of the file, for editors')
    .action(async () => {
      const { configSchemaCommand } = await import('./config-schema-command.ts');
      exitCode = configSchemaCommand(io);
    });

  const budget = commandGroup(
    program,
    'budget',
    'what budgets have spent, and who may change that',
  );
  addBudgetCommands(budget, io, (code) => {
    exitCode = code;
  });

  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_OK : EXIT_USAGE;
    io.error(`costspan: ${messageOf(error)}\n`);
    return EXIT_FINDING;
  }
}

/** A command that only holds others, and says which when it is called alone. */
function commandGroup(program: Command, name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .allowExcessArguments()
    .action((_options, command: Command) => {
      const [given] = command.args;
      const names = command.commands.map((subcommand) => subcommand.name());
      if (given === undefined) command.error(`'${name}' needs one of: ${names.join(', ')}`);
      const nearest = suggest(given, names) ?? names.join(' or ');
      command.error(`unknown command '${given}' (Did you mean ${nearest}?)`);
    });
}

/** Commander's message without its mark, on one line, ended. */
function oneSentence(message: string): string {
  const text = message
    .replace(/^error: /, '')
    .trim()
    .replaceAll(/\s*\n\s*/g, ' ');
  return /[.?!)]$/.test(text) ? text : `${text}.`;
}
