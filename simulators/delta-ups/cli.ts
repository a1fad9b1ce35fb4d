#!/usr/bin/env node
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { SystemClock } from '../../lib/core/clock';
import { UpsError } from '../../lib/core/errors';
import { SimulatedUps } from '../../lib/simulation/simulated-ups';
import { numberOption, printLine, runCli } from '../shared/cli';
import { CONTROL_HELP, handleControl } from './control';
import { DeltaUps, RETURN_INTERPRETATIONS, type ReturnInterpretation } from './delta-ups';
import { LineServer } from './line-server';

const HELP = `Simulated UPSs with the serial protocol 1.44, behind serial servers (TCP) or on a serial port.

  node dist/simulators/delta-ups/cli.js --port 4001 --hold 60
  node dist/simulators/delta-ups/cli.js --path /dev/pts/5

  --port N           TCP port of the first line; 0 = any (default 4001)
  --address A        (default 127.0.0.1)
  --path PATH        serial port instead of TCP, e.g. one end of a pair of pseudo-terminals by socat
  --count N          number of lines, on consecutive ports (default 1)
  --ids N            number of UPSs on each line, with the ids 0, 1, ... (default 1)
  --baud N           delay answers as at this speed (default: no delay)
  --manufacturer M   (default Ridethrough; NUT's driver belkin requires BELKIN, tripplitesu requires Tripp Lite)
  --model M          (default Simulated UPS)
  --outlets N        number of outlets, each with an equal share of the load (default 2)
  --hold MINUTES     runtime of a full battery at --load VA (defaults 60, 1000)
  --rated VA         (default 1000)      --recharge MINUTES (default 240)
  --low MINUTES      low battery at this runtime (default 2)
  --return WHICH     interpretation of SDR: before (applies to the next SDA), after (applies to a running countdown), any (both; default)
  --phases 1|3       --speed N (times real time)

Lines on stdin, each for all UPSs, or for one as "@2 mains off" (counted from 1, line by line):
${CONTROL_HELP}

Prints JSON lines.`;

async function main(): Promise<void> {
    const { values } = parseArgs({
        options: {
            help: { type: 'boolean', short: 'h' },
            port: { type: 'string', default: '4001' },
            address: { type: 'string', default: '127.0.0.1' },
            path: { type: 'string' },
            count: { type: 'string', default: '1' },
            ids: { type: 'string', default: '1' },
            baud: { type: 'string', default: '0' },
            manufacturer: { type: 'string', default: 'Ridethrough' },
            model: { type: 'string', default: 'Simulated UPS' },
            outlets: { type: 'string', default: '2' },
            hold: { type: 'string', default: '60' },
            load: { type: 'string', default: '1000' },
            rated: { type: 'string', default: '1000' },
            recharge: { type: 'string', default: '240' },
            low: { type: 'string', default: '2' },
            return: { type: 'string', default: 'any' },
            phases: { type: 'string', default: '1' },
            speed: { type: 'string', default: '1' },
        },
    });
    if (values.help) return console.log(HELP);

    const clock = new SystemClock(numberOption('speed', values.speed));
    const outlets = numberOption('outlets', values.outlets);
    const load = numberOption('load', values.load);
    const firstPort = numberOption('port', values.port);
    const devices: DeltaUps[] = [];
    const lines: LineServer[] = [];
    const lineCount = values.path === undefined ? numberOption('count', values.count) : 1;
    for (let line = 0; line < lineCount; line++) {
        const upses = Array.from({ length: numberOption('ids', values.ids) }, (_, id) => {
            const ups = new SimulatedUps(clock, {
                holdMinutes: numberOption('hold', values.hold),
                loadVA: load,
                ratedVA: numberOption('rated', values.rated),
                rechargeMinutes: numberOption('recharge', values.recharge),
                lowMinutes: numberOption('low', values.low),
                phases: numberOption('phases', values.phases),
                loads: Array.from({ length: outlets }, (_, n) => ({ name: `outlet ${n + 1}`, va: load / outlets })),
                identity: { manufacturer: values.manufacturer, model: values.model },
            });
            return new DeltaUps({ ups, clock, id, returnOrder: returnReading(values.return) });
        });
        const server = new LineServer({
            clock,
            upses,
            path: values.path,
            port: firstPort === 0 ? 0 : firstPort + line,
            address: values.address,
            pacedBaudRate: numberOption('baud', values.baud) || undefined,
        });
        await server.start();
        lines.push(server);
        for (const device of upses) {
            devices.push(device);
            const number = devices.length;
            device.ups.on('change', ({ what, ...change }) => printLine({ ups: number, event: what, ...change }));
            device.on('set', ({ command }) => printLine({ ups: number, event: 'set', command }));
            const place =
                values.path === undefined ? { address: values.address, port: server.port } : { path: values.path };
            printLine({ ups: number, event: 'listening', ...place, id: device.id });
        }
    }
    const input = createInterface({ input: process.stdin });
    const stop = async () => {
        for (const line of lines) await line.stop();
        for (const { ups } of devices) ups.destroy();
        input.close();
    };
    input.on('line', (line) => command(devices, line, stop));
    process.once('SIGTERM', () => void stop());
    process.once('SIGINT', () => void stop());
}

function returnReading(typed: string): ReturnInterpretation {
    const found = RETURN_INTERPRETATIONS.find((reading) => reading === typed);
    if (!found)
        throw new UpsError('config-invalid', {
            property: 'return',
            value: typed,
            expected: RETURN_INTERPRETATIONS.join(', '),
        });
    return found;
}

function command(devices: readonly DeltaUps[], line: string, stop: () => Promise<void>): void {
    const [, chosen, text = ''] = /^(?:@(\d+)\s+)?(.*)$/.exec(line.trim()) ?? [];
    if (!text) return;
    if (text === 'quit') return void stop();
    for (const [index, device] of devices.entries()) {
        const number = index + 1;
        if (chosen && Number(chosen) !== number) continue;
        try {
            printLine({ ups: number, event: 'done', line: text, result: handleControl(device, text) });
        } catch (error) {
            printLine({ ups: number, event: 'error', line: text, error: (error as Error).message });
        }
    }
}

runCli(main);
