#!/usr/bin/env node
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { SystemClock } from '../../lib/core/clock';
import { UpsError } from '../../lib/core/errors';
import { numberOption, printLine, runCli } from '../shared/cli';
import { CONTROL_HELP, handleControl } from './control';
import { MODES } from './course';
import { Duramax, MODELS, type Model } from './duramax';
import { DuramaxLine } from './line';

const HELP = `A simulated DURAmax DC UPS, at a TCP port or on a serial port.

Simulated protocol, not Weidmüller's: the frames, limits and values are made up. It serves to try the node ups-duramax and its map.

  node dist/simulators/duramax/cli.js --port 4010 --mode pc
  node dist/simulators/duramax/cli.js --path /dev/pts/5

  --port N           TCP port; 0 = any (default 4010)
  --address A        (default 127.0.0.1)
  --path PATH        serial port instead of TCP, e.g. one end of a pair of pseudo-terminals by socat
  --baud N           speed of the serial port (default 9600)
  --model AMPERES    5, 10 (default), 20 or 40
  --serial TEXT      serial number (default SIM0000001)
  --mode MODE        position of the rotary switch: user (default), pc, fixed (all others)
  --load AMPERES     (default 2)
  --charge PERCENT   (default 100)
  --speed N          times real time (default 1)

Lines on stdin:
${CONTROL_HELP}

Prints JSON lines.`;

async function main(): Promise<void> {
    const { values } = parseArgs({
        options: {
            help: { type: 'boolean', short: 'h' },
            port: { type: 'string', default: '4010' },
            address: { type: 'string', default: '127.0.0.1' },
            path: { type: 'string' },
            baud: { type: 'string', default: '9600' },
            model: { type: 'string', default: '10' },
            serial: { type: 'string', default: 'SIM0000001' },
            mode: { type: 'string', default: 'user' },
            load: { type: 'string', default: '2' },
            charge: { type: 'string', default: '100' },
            speed: { type: 'string', default: '1' },
        },
    });
    if (values.help) return console.log(HELP);

    const clock = new SystemClock(numberOption('speed', values.speed));
    const device = new Duramax({
        clock,
        model: oneOf('model', values.model, Object.keys(MODELS) as Model[]),
        serial: values.serial,
        mode: oneOf('mode', values.mode, MODES),
        load: numberOption('load', values.load),
        chargePercent: numberOption('charge', values.charge),
    });
    const { path, address } = values;
    const line = new DuramaxLine({
        ...{ clock, device, path, address },
        baudRate: numberOption('baud', values.baud),
        port: numberOption('port', values.port),
    });
    device.ups.on('change', ({ what, from, to }) => printLine({ event: what, from, to }));
    await line.start();
    const place = path === undefined ? { address, port: line.port } : { path };
    printLine({ event: 'listening', ...place, protocol: 'simulated, not Weidmüller’s' });
    const input = createInterface({ input: process.stdin });
    const stop = async () => {
        await line.stop();
        device.destroy();
        input.close();
    };
    input.on('line', (typed) => {
        const text = typed.trim();
        if (text === 'quit') void stop();
        else if (text) command(device, text);
    });
    process.once('SIGTERM', () => void stop());
    process.once('SIGINT', () => void stop());
}

function oneOf<T extends string>(property: string, value: string, values: readonly T[]): T {
    const found = values.find((each) => each === value);
    if (found === undefined) throw new UpsError('config-invalid', { property, value, expected: values.join(', ') });
    return found;
}

function command(device: Duramax, text: string): void {
    try {
        printLine({ event: 'done', line: text, result: handleControl(device, text) });
    } catch (error) {
        printLine({ event: 'error', line: text, error: (error as Error).message });
    }
}

runCli(main);
