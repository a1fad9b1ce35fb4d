#!/usr/bin/env node
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { SystemClock } from '../../lib/core/clock';
import { UpsError } from '../../lib/core/errors';
import { readTarget } from '../../lib/protocols/snmp/config';
import { SimulatedUps } from '../../lib/simulation/simulated-ups';
import { addressAfter } from '../shared/addresses';
import { choiceOption, numberOption, placeOption, printLine, runCli } from '../shared/cli';
import { Rfc1628Card, type TrapTarget } from './card';
import { CONTROL_HELP, handleControl } from './control';

const HELP = `Simulated RFC 1628 SNMP cards, each with its own UPS.

  node dist/simulators/rfc1628-card/cli.js --port 1161 --hold 60

  --port N           UDP port; 0 = any (default 1161)
  --address A        loopback address to listen on (default 127.0.0.1)
  --count N          number of cards (default 1)
  --spread port|address  further cards use the next ports or the next addresses (default port)
  --community C      community for reading and writing (default public)
  --user NAME        v3 user, with --auth-protocol, --auth-key, --priv-protocol, --priv-key
  --trap HOST[:PORT]  trap target (default port 162); may be given several times
  --trap-version 1|2c|3  (default 2c); --inform requests acknowledgements
  --trap-gap S       minimum seconds between two traps of the same kind (default 5)
  --hold MINUTES     runtime of a full battery at --load VA (defaults 60, 1000)
  --rated VA         (default 1000)      --recharge MINUTES (default 240)
  --loads NAME=VA:SHUTDOWN_SECONDS,...   named loads
  --low MINUTES      low battery at this runtime (default 2)
  --phases 1|3       --speed N (times real time)

Lines on stdin, each for all cards, or for one as "@2 mains off" (counted from 1):
${CONTROL_HELP}

Prints JSON lines.`;

interface Running {
    card: Rfc1628Card;
    number: number;
}

async function main(): Promise<void> {
    const { values } = parseArgs({
        options: {
            help: { type: 'boolean', short: 'h' },
            port: { type: 'string', default: '1161' },
            address: { type: 'string', default: '127.0.0.1' },
            count: { type: 'string', default: '1' },
            spread: { type: 'string', default: 'port' },
            community: { type: 'string', default: 'public' },
            user: { type: 'string' },
            'auth-protocol': { type: 'string' },
            'auth-key': { type: 'string' },
            'priv-protocol': { type: 'string' },
            'priv-key': { type: 'string' },
            trap: { type: 'string', multiple: true, default: [] },
            'trap-version': { type: 'string', default: '2c' },
            inform: { type: 'boolean', default: false },
            'trap-gap': { type: 'string', default: '5' },
            hold: { type: 'string', default: '60' },
            load: { type: 'string', default: '1000' },
            rated: { type: 'string', default: '1000' },
            recharge: { type: 'string', default: '240' },
            loads: { type: 'string', default: '' },
            low: { type: 'string', default: '2' },
            phases: { type: 'string', default: '1' },
            speed: { type: 'string', default: '1' },
        },
    });
    if (values.help) return console.log(HELP);

    const clock = new SystemClock(numberOption('speed', values.speed));
    const { user } = readTarget({
        host: 'any',
        version: values.user ? '3' : '2c',
        user: values.user,
        authProtocol: values['auth-protocol'],
        authKey: values['auth-key'],
        privProtocol: values['priv-protocol'],
        privKey: values['priv-key'],
    });
    const trapTargets = values.trap.map((place): TrapTarget => {
        const version = choiceOption('trap-version', ['1', '2c', '3'], values['trap-version']);
        if (version === '3' && !user) throw new UpsError('config-missing', { property: 'user' });
        return {
            ...placeOption('trap', place, 162),
            version,
            user,
            community: values.community,
            inform: values.inform,
        };
    });
    const loads = values.loads
        .split(',')
        .filter(Boolean)
        .map((load) => {
            const [, name = '', va = '', seconds = '0'] = /^([^=]+)=([^:]+)(?::(.+))?$/.exec(load) ?? [];
            return { name, va: numberOption('loads', va), shutdownSeconds: numberOption('loads', seconds) };
        });

    const cards: Running[] = [];
    const firstPort = numberOption('port', values.port);
    for (let index = 0; index < numberOption('count', values.count); index++) {
        const byAddress = values.spread === 'address';
        const ups = new SimulatedUps(clock, {
            holdMinutes: numberOption('hold', values.hold),
            loadVA: numberOption('load', values.load),
            ratedVA: numberOption('rated', values.rated),
            rechargeMinutes: numberOption('recharge', values.recharge),
            lowMinutes: numberOption('low', values.low),
            phases: numberOption('phases', values.phases),
            loads,
        });
        const card = new Rfc1628Card({
            ups,
            clock,
            port: byAddress || firstPort === 0 ? firstPort : firstPort + index,
            address: byAddress ? addressAfter(values.address, index) : values.address,
            community: values.community,
            users: user ? [user] : [],
            trapTargets,
            trapGapSeconds: numberOption('trap-gap', values['trap-gap']),
        });
        const number = index + 1;
        ups.on('change', ({ what, ...change }) => printLine({ card: number, event: what, ...change }));
        card.on('set', (set) => printLine({ card: number, event: 'set', ...set }));
        card.on('trap', (trap) => printLine({ card: number, event: 'trap', ...trap }));
        card.on('refused', (refused) => printLine({ card: number, event: 'refused', ...refused }));
        await card.start();
        cards.push({ card, number });
        printLine({
            card: number,
            event: 'listening',
            address: card.address,
            port: card.port,
            engineId: card.engineId,
        });
    }
    const stop = async () => {
        for (const { card } of cards) {
            await card.stop();
            card.ups.destroy();
        }
        input.close();
    };
    const input = createInterface({ input: process.stdin });
    input.on('line', (line) => command(cards, line, stop));
    process.once('SIGTERM', () => void stop());
    process.once('SIGINT', () => void stop());
}

function command(cards: readonly Running[], line: string, stop: () => Promise<void>): void {
    const [, chosen, text = ''] = /^(?:@(\d+)\s+)?(.*)$/.exec(line.trim()) ?? [];
    if (!text) return;
    if (text === 'quit') return void stop();
    for (const { card, number } of cards) {
        if (chosen && Number(chosen) !== number) continue;
        try {
            printLine({ card: number, event: 'done', line: text, result: handleControl(card, text) });
        } catch (error) {
            printLine({ card: number, event: 'error', line: text, error: (error as Error).message });
        }
    }
}

runCli(main);
