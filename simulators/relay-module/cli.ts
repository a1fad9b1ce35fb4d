#!/usr/bin/env node
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { SystemClock } from '../../lib/core/clock';
import { UpsError } from '../../lib/core/errors';
import { numberOption, printLine, runCli } from '../shared/cli';
import { MODBUS_OPTIONS, MODBUS_OPTIONS_HELP, modbusPlace } from '../shared/modbus-control';
import { CONTROL_HELP, handleControl } from './control';
import { RelayModule, type PowerUp } from './relay-module';

const HELP = `A simulated module of relays and inputs, over Modbus TCP or RTU.

  node dist/simulators/relay-module/cli.js --port 1502 --outputs 8 --inputs 8

${MODBUS_OPTIONS_HELP}
  --outputs N        relays: coils, functions 1, 5 and 15 (default 8)
  --inputs N         contacts: discrete inputs, function 2 (default 8)
  --first-coil N     address of the first relay, --first-input N of the first input (default 0)
  --power-up S,...   on, off or last, state of the relays at power-up, one for each or one for all (default off)
  --read-back contact|command  reading of a coil (default contact: a stuck relay is visible)
  --first-contact N  also serve the relays' contacts as discrete inputs from this address on
  --single           support function 5 only, without function 15

Lines on stdin:
${CONTROL_HELP}

Prints JSON lines.`;

async function main(): Promise<void> {
    const { values } = parseArgs({
        options: {
            ...MODBUS_OPTIONS,
            help: { type: 'boolean', short: 'h' },
            outputs: { type: 'string', default: '8' },
            inputs: { type: 'string', default: '8' },
            'first-coil': { type: 'string', default: '0' },
            'first-input': { type: 'string', default: '0' },
            'first-contact': { type: 'string' },
            'power-up': { type: 'string', default: 'off' },
            'read-back': { type: 'string', default: 'contact' },
            single: { type: 'boolean', default: false },
        },
    });
    if (values.help) return console.log(HELP);

    const powerUp = values['power-up'].split(',').map((word) => oneOf<PowerUp>('power-up', word, 'on', 'off', 'last'));
    const firstContact = values['first-contact'];
    const module = new RelayModule({
        ...modbusPlace(values),
        clock: new SystemClock(),
        outputs: numberOption('outputs', values.outputs),
        inputs: numberOption('inputs', values.inputs),
        firstCoil: numberOption('first-coil', values['first-coil']),
        firstInput: numberOption('first-input', values['first-input']),
        firstContact: firstContact === undefined ? undefined : numberOption('first-contact', firstContact),
        powerUp: powerUp.length === 1 ? powerUp[0] : powerUp,
        readBack: oneOf('read-back', values['read-back'], 'contact', 'command'),
        manyCoils: !values.single,
    });
    module.on('command', (command) => printLine({ event: 'command', ...command }));
    module.on('change', (change) => printLine({ event: 'change', ...change }));
    module.endpoint.on('refused', (refused) => printLine({ event: 'refused', ...refused }));
    module.endpoint.on('failure', (error) => printLine({ event: 'failure', error: String(error) }));
    module.endpoint.on('lineClosed', () => void stop());
    await module.start();
    printLine({ event: 'listening', port: module.endpoint.tcpPort, serial: values.serial });

    const input = createInterface({ input: process.stdin });
    const stop = async () => {
        await module.stop();
        input.close();
    };
    input.on('line', (line) => {
        if (!line.trim()) return;
        if (line.trim() === 'quit') return void stop();
        try {
            printLine({ event: 'done', line, result: handleControl(module, line) });
        } catch (error) {
            printLine({ event: 'error', line, error: (error as Error).message });
        }
    });
    process.once('SIGTERM', () => void stop());
    process.once('SIGINT', () => void stop());
}

function oneOf<T extends string>(property: string, value: string, ...allowed: T[]): T {
    const found = allowed.find((candidate) => candidate === value);
    if (found === undefined) throw new UpsError('config-invalid', { property, value, expected: allowed.join(', ') });
    return found;
}

runCli(main);
