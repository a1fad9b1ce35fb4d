#!/usr/bin/env node
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { SystemClock } from '../../lib/core/clock';
import { UpsError } from '../../lib/core/errors';
import { REGISTER_MAPS } from '../../lib/protocols/cs141/maps';
import { SimulatedUps } from '../../lib/simulation/simulated-ups';
import { numberOption, printLine, runCli } from '../shared/cli';
import { MODBUS_OPTIONS, MODBUS_OPTIONS_HELP, modbusPlace } from '../shared/modbus-control';
import { Cs141Card } from './card';
import { CONTROL_HELP, handleControl } from './control';

const HELP = `Simulated CS141 cards, each with its own UPS: Modbus TCP or RTU with any map of the CS141 manual, and the report over HTTP.

  node dist/simulators/cs141-card/cli.js --port 1502 --map default --phases 3

${MODBUS_OPTIONS_HELP}
  --count N          number of cards, on consecutive TCP ports (default 1)
  --map ID           ${REGISTER_MAPS.map(({ id }) => id).join(' ')}
  --unknown -1|-9999|exception  reading of a register with an unknown value (default -1)
  --missing A,B-C    registers that this card lacks (exception 2)
  --web PORT         serve the report over HTTP; 0 = any; with --user (admin), --password (cs141-snmp)
  --one-login        refuse a second log-in while a session exists
  --hold MINUTES     runtime of a full battery at --load VA (defaults 60, 1000)
  --rated VA         (default 1000)      --recharge MINUTES (default 240)
  --low MINUTES      low battery at this runtime (default 2)
  --phases 1|3       --speed N (times real time)

Like the real card (CS141 manual, "Using Modbus over IP and Modbus RS 232/485 simultanously"), --serial disables TCP unless --both is given.

Lines on stdin, each for all cards, or for one as "@2 mains off" (counted from 1):
${CONTROL_HELP}

Prints JSON lines.`;

interface Running {
    card: Cs141Card;
    number: number;
}

async function main(): Promise<void> {
    const { values } = parseArgs({
        options: {
            ...MODBUS_OPTIONS,
            help: { type: 'boolean', short: 'h' },
            count: { type: 'string', default: '1' },
            map: { type: 'string', default: 'default' },
            unknown: { type: 'string', default: '-1' },
            missing: { type: 'string', default: '' },
            web: { type: 'string' },
            user: { type: 'string' },
            password: { type: 'string' },
            'one-login': { type: 'boolean', default: false },
            hold: { type: 'string', default: '60' },
            load: { type: 'string', default: '1000' },
            rated: { type: 'string', default: '1000' },
            recharge: { type: 'string', default: '240' },
            low: { type: 'string', default: '2' },
            phases: { type: 'string', default: '1' },
            speed: { type: 'string', default: '1' },
        },
    });
    if (values.help) return console.log(HELP);

    const clock = new SystemClock(numberOption('speed', values.speed));
    const place = modbusPlace(values);
    const count = numberOption('count', values.count);
    if (count > 1 && place.rtu)
        throw new UpsError('config-invalid', { property: 'count', value: count, expected: '1 on a serial line' });
    const after = (port: number, index: number) => (port === 0 ? 0 : port + index);
    const webPort = values.web === undefined ? undefined : numberOption('web', values.web);

    const cards: Running[] = [];
    for (let index = 0; index < count; index++) {
        const ups = new SimulatedUps(clock, {
            holdMinutes: numberOption('hold', values.hold),
            loadVA: numberOption('load', values.load),
            ratedVA: numberOption('rated', values.rated),
            rechargeMinutes: numberOption('recharge', values.recharge),
            lowMinutes: numberOption('low', values.low),
            phases: numberOption('phases', values.phases),
        });
        const card = new Cs141Card({
            ...place,
            tcp: place.tcp && { ...place.tcp, port: after(place.tcp.port, index) },
            ups,
            clock,
            map: values.map,
            unknownAs: unknownAs(values.unknown),
            missing: addresses(values.missing),
            web:
                webPort === undefined
                    ? undefined
                    : {
                          port: after(webPort, index),
                          address: values.address,
                          user: values.user,
                          password: values.password,
                          oneLogin: values['one-login'],
                      },
        });
        const number = index + 1;
        ups.on('change', ({ what, ...change }) => printLine({ card: number, event: what, ...change }));
        card.on('coil', (coil) => printLine({ card: number, event: 'coil', ...coil }));
        card.on('refused', (refused) => printLine({ card: number, event: 'refused', ...refused }));
        card.on('failure', (error) => printLine({ card: number, event: 'failure', error: String(error) }));
        card.on('lineClosed', () => void stop());
        await card.start();
        cards.push({ card, number });
        const { endpoint, web } = card;
        printLine({ card: number, event: 'listening', port: endpoint.tcpPort, serial: values.serial, web: web?.port });
    }

    const input = createInterface({ input: process.stdin });
    const stop = async () => {
        for (const { card } of cards) {
            await card.stop();
            card.ups.destroy();
        }
        input.close();
    };
    input.on('line', (line) => command(cards, line, stop));
    process.once('SIGTERM', () => void stop());
    process.once('SIGINT', () => void stop());
}

function unknownAs(word: string): -1 | -9999 | 'exception' {
    if (word === 'exception') return word;
    if (word === '-1' || word === '-9999') return Number(word) as -1 | -9999;
    throw new UpsError('config-invalid', { property: 'unknown', value: word, expected: '-1, -9999 or exception' });
}

/** A list of addresses and ranges: `104,143-150`. */
function addresses(list: string): number[] {
    return list
        .split(',')
        .filter(Boolean)
        .flatMap((range) => {
            const [first = '', last = first] = range.split('-');
            const from = numberOption('missing', first);
            return Array.from({ length: numberOption('missing', last) - from + 1 }, (_, i) => from + i);
        });
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
