// Owns the command line: which commands, arguments and options there are. Reads like a table of contents.
// It imports no command until that command runs, so that --help and usage errors do not load the addon.
import { readFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { oneLine } from './failure.js';
import { endpointOptions, networkOptions } from './network-options.js';
import {
  type CommonOptions,
  explainOptions,
  GRAPH_FORMATS,
  hostOption,
  jsonOption,
  nonEmpty,
  wholeNumber,
} from './options.js';

const LS_HELP = `
Not on a terminal: one tab-separated line per container (network, subnets, gateway, nat,
container, addresses, MAC, host link, ports); a network without containers has one line, with \`-\`.
An endpoint that stands ready in a pool has a line too, with \`pool:ID\` for the container.`;

const PORTS_HELP = `
A port is 8080:80, 8080:80/udp, 127.0.0.1:8080:80 or a range, 8000-8009:80-89. Host port 0 finds
a free one. Without an address it is published on all of the host's, but loopback.`;

const ANY_HOST_HELP = `
A container is a name below /run/netns, whichever host it is attached to: there is no --host.`;

const MONITOR_HELP = `
Groups: link, address, route, neighbour, rule, nextHop, namespaceId; all of them where none is given.
With --json, one JSON value a line. Ctrl-C ends it, with exit code 0.`;

const EXEC_HELP = `
The exit code is the command's own, 128 + N if signal N ended it, 127 if it was not found.
${ANY_HOST_HELP.trimStart()}`;

/**
 * The whole command line. `settle` receives the exit code of the command that ran; errors are thrown, commander's own
 * (`CommanderError`) included.
 */
export function createProgram(settle: (exitCode: number) => void): Command {
  const program = new Command('netplumb')
    .description('Container networks on Linux: bridges, veth pairs, addresses, routes and NAT.')
    .version(version(), '-V, --version')
    .addOption(hostOption())
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      outputError: (text, write) => write(`netplumb: ${oneLine(text.trim().replace(/^error: /, ''))}\n`),
    })
    .addHelpText('after', '\nExit codes: 0 done, 1 failed, 2 wrong usage.');

  define('up <network> [containers...]', 'create the network or adopt it as it stands; attach containers', [
    ...networkOptions(),
    new Option('--count <n>', 'attach container1 to containerN as well').argParser(wholeNumber(1, 1023)),
    ...common(),
  ]).action(async (network, containers, _, command) =>
    settle(await (await import('./up.js')).up(network, containers, command.optsWithGlobals())),
  );

  define('attach <network> <containers...>', 'plug containers in; namespaces are made where there are none', [
    ...endpointOptions(),
    ...common(),
  ]).action(async (network, containers, _, command) =>
    settle(await (await import('./attach.js')).attach(network, containers, command.optsWithGlobals())),
  );

  define('detach <network> <container>', 'unplug a container', common()).action(
    async (network, container, _, command) =>
      settle(await (await import('./detach.js')).detach(network, container, command.optsWithGlobals())),
  );

  define('down <network>', 'remove the network, and put back what it switched on', common()).action(
    async (network, _, command) =>
      settle(await (await import('./down.js')).down(network, command.optsWithGlobals())),
  );

  define('gc <network>', 'remove what nobody claims, and what crashes left', [
    new Option('--keep <containers>', 'the containers that are in use, separated by commas; "" for none')
      .argParser((text: string) => text.split(',').filter((name) => name !== ''))
      .makeOptionMandatory(),
    ...common(),
  ]).action(async (network, _, command) =>
    settle(await (await import('./gc.js')).gc(network, command.optsWithGlobals())),
  );

  define('ls [network]', 'list networks and their containers', common())
    .addHelpText('after', LS_HELP)
    .action(async (network, _, command) =>
      settle(await (await import('./ls.js')).ls(network, command.optsWithGlobals())),
    );

  define(
    'publish <network> <container> <ports...>',
    'lead ports of the host to a container: [ADDRESS:]HOST:CONTAINER[/PROTOCOL]',
    common(),
  )
    .addHelpText('after', PORTS_HELP)
    .action(async (network, container, ports, _, command) =>
      settle(
        await (await import('./publish.js')).publish(network, container, ports, command.optsWithGlobals()),
      ),
    );

  define(
    'unpublish <network> <container> [ports...]',
    'take ports back; all of them by default',
    common(),
  ).action(async (network, container, ports, _, command) =>
    settle(
      await (await import('./publish.js')).unpublish(network, container, ports, command.optsWithGlobals()),
    ),
  );

  define('watch <network>', "put back what others take from a network's rules, and say so", [
    hostOption(),
    jsonOption(),
  ]).action(async (network, _, command) =>
    settle(await (await import('./watch.js')).watch(network, command.optsWithGlobals())),
  );

  define('graph [network]', 'draw networks, their containers and the ways out', [
    new Option('--format <format>', 'text, mermaid, or svg (needs the package @viz-js/viz)')
      .choices(GRAPH_FORMATS)
      .default('text'),
    new Option('--all', 'each container, also of a network with more than 50'),
    new Option('--output <file>', 'write the picture to a file').argParser(nonEmpty),
    ...common(),
  ]).action(async (network, _, command) =>
    settle(await (await import('./graph.js')).graph(network, command.optsWithGlobals())),
  );

  define('exec <container> <command...>', "run a command in a container's network namespace", [
    ...explainOptions(),
  ])
    .usage('[options] <container> -- <command...>')
    .passThroughOptions()
    .addHelpText('after', EXEC_HELP)
    .action(async (container, words, _, command) =>
      settle(await (await import('./exec.js')).exec(container, words, withoutHost(command))),
    );

  define(
    'ping <container> <address>',
    'send ICMP echo requests from a container; fails if none is answered',
    [
      new Option('--count <n>', 'how many requests, a second apart')
        .argParser(wholeNumber(1, 65_535))
        .default(1),
      new Option('--timeout <ms>', 'how long to wait for each answer')
        .argParser(wholeNumber(1, 60_000))
        .default(1000),
      jsonOption(),
      ...explainOptions(),
    ],
  )
    .addHelpText('after', ANY_HOST_HELP)
    .action(async (container, address, _, command) =>
      settle(await (await import('./ping.js')).ping(container, address, withoutHost(command))),
    );

  define('monitor [groups...]', 'print what changes, a line for each event, until interrupted', [
    hostOption(),
    jsonOption(),
  ])
    .addHelpText('after', MONITOR_HELP)
    .action(async (groups, _, command) =>
      settle(await (await import('./monitor.js')).monitor(groups, command.optsWithGlobals())),
    );

  define('doctor', 'check what this machine offers, and say how to get what is missing', [
    hostOption(),
    jsonOption(),
  ]).action(async (_, command) =>
    settle(await (await import('./doctor.js')).doctorCommand(command.optsWithGlobals())),
  );

  define('demo', 'a container reaches the internet, in a sandbox that leaves no trace', [
    jsonOption(),
  ]).action(async (_, command) => settle(await (await import('./demo.js')).demo(withoutHost(command))));

  program
    .command('bench [options...]')
    .description('measure this and what else there is on the machine; `netplumb bench --help` says how')
    .helpOption(false)
    .allowUnknownOption()
    .passThroughOptions()
    .action(async (words) => settle(await (await import('./bench.js')).bench(words)));

  return program;

  function define(usage: string, description: string, options: readonly Option[]): Command {
    const command = program.command(usage).description(description);
    for (const option of options) command.addOption(option);
    return command;
  }
}

/** What every command that acts on a host takes. */
function common(): Option[] {
  return [hostOption(), jsonOption(), ...explainOptions()];
}

/** The options of a command for which no host can be chosen, not even in front of it. */
function withoutHost<Options extends CommonOptions>(command: Command): Options {
  const options: Options = command.optsWithGlobals();
  if (options.host !== undefined) command.error(`error: --host means nothing to ${command.name()}`);
  return options;
}

function version(): string {
  const manifest: { version?: string } = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  );
  return manifest.version ?? 'unknown';
}
