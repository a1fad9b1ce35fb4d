#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { UpsError } from '../../lib/core/errors';
import { numberOption, printLine, runCli } from '../shared/cli';
import { RccmdFleet } from './fleet';
import type { ClientBehaviour } from './rccmd-client';

const HELP = `Simulated RCCMD clients: each prints a JSON line for every message with the action that it would take.

  node dist/simulators/rccmd-client/cli.js --port 6003

  --port N           TCP and UDP port (default 6003)
  --address A        address of the first host (default 127.0.0.1)
  --count N          number of hosts, on consecutive addresses (default 1)
  --unanswering N    number of hosts that do not answer: connecting never ends (full accept queue; Linux)
  --behaviour serve|hang|refuse
                     hang: accepts, never reads, never closes; refuse: does not listen (default serve)
  --delay MS         delay between accepting a connection and reading
  --reply TEXT       answer to every TCP message

Ends on SIGTERM, SIGINT or when stdin ends with --until-stdin-ends.`;

async function main(): Promise<void> {
    const { values } = parseArgs({
        options: {
            help: { type: 'boolean', short: 'h' },
            port: { type: 'string', default: '6003' },
            address: { type: 'string', default: '127.0.0.1' },
            count: { type: 'string', default: '1' },
            unanswering: { type: 'string', default: '0' },
            behaviour: { type: 'string', default: 'serve' },
            delay: { type: 'string', default: '0' },
            reply: { type: 'string' },
            'until-stdin-ends': { type: 'boolean', default: false },
        },
    });
    if (values.help) return console.log(HELP);
    const fleet = new RccmdFleet({
        count: numberOption('count', values.count),
        unresponsive: numberOption('unanswering', values.unanswering),
        firstAddress: values.address,
        port: numberOption('port', values.port),
        behaviour: behaviourOf(values.behaviour),
        delayMs: numberOption('delay', values.delay),
        reply: values.reply,
    });
    for (const client of fleet.clients)
        client.on('message', (message) => printLine({ event: 'message', host: client.address, ...message }));
    await fleet.start();
    printLine({
        event: 'listening',
        port: numberOption('port', values.port),
        serving: fleet.clients.length,
        unanswering: fleet.unresponsive.addresses,
    });
    const stop = () => void fleet.stop();
    process.once('SIGTERM', stop);
    process.once('SIGINT', stop);
    if (values['until-stdin-ends']) process.stdin.once('end', stop).resume();
}

function behaviourOf(value: string): ClientBehaviour {
    const found = (['serve', 'hang', 'refuse'] as const).find((behaviour) => behaviour === value);
    if (!found)
        throw new UpsError('config-invalid', { property: 'behaviour', value, expected: 'serve, hang or refuse' });
    return found;
}

runCli(main);
