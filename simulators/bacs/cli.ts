#!/usr/bin/env node
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { SystemClock } from '../../lib/core/clock';
import { UpsError } from '../../lib/core/errors';
import { readTarget } from '../../lib/protocols/snmp/config';
import { SimulatedBattery } from '../../lib/simulation/battery/simulated-battery';
import { choiceOption, numberOption, placeOption, printLine, runCli } from '../shared/cli';
import { MODBUS_OPTIONS, MODBUS_OPTIONS_HELP, modbusPlace } from '../shared/modbus-control';
import type { TrapTarget } from '../shared/snmp/trap-sender';
import { BacsCard } from './card';
import { CONTROL_HELP, handleControl } from './control';

const HELP = `Simulated BACS WEBMANAGER with a battery of up to 512 blocks in 16 strings: Modbus TCP or RTU, SNMP with traps.

  node dist/simulators/bacs/cli.js --port 1502 --snmp 1161 --modules 40 --strings 2

${MODBUS_OPTIONS_HELP}
  --snmp PORT        serve SNMP, too; 0 = any, with --community (public)
  --user NAME        v3 user, with --auth-protocol, --auth-key, --priv-protocol, --priv-key
  --trap HOST[:PORT]  trap target (default port 162); may be given several times; --trap-version 1|2c|3 (default 2c)
  --first-index 0|1  index of the first module in the tables of SNMP (default 1)
  --modules N        blocks (default 40)   --strings N (default 2)
  --voltage V        of a block (default 12)   --capacity AH (default 100)
  --seed N           chance (default 1)    --spread X how different the blocks are (default 1)
  --ambient CELSIUS  (default 22)          --ageing X times as fast as usual (default 1)
  --sensors each|one|none   current sensors (default each)
  --aux N            modules with inputs and outputs, 0 to 4 (default 0)
  --load WATTS       while the mains are off (default 5000)
  --gaps exception|unsupported   what stands at addresses without a meaning (default exception)
  --cold             the card starts now: no values for 150 s, no impedance for 15 minutes
  --speed N          times real time

Lines on stdin:
${CONTROL_HELP}

Prints JSON lines.`;

async function main(): Promise<void> {
    const { values } = parseArgs({
        options: {
            ...MODBUS_OPTIONS,
            help: { type: 'boolean', short: 'h' },
            snmp: { type: 'string' },
            community: { type: 'string', default: 'public' },
            user: { type: 'string' },
            'auth-protocol': { type: 'string' },
            'auth-key': { type: 'string' },
            'priv-protocol': { type: 'string' },
            'priv-key': { type: 'string' },
            trap: { type: 'string', multiple: true, default: [] },
            'trap-version': { type: 'string', default: '2c' },
            'first-index': { type: 'string', default: '1' },
            modules: { type: 'string', default: '40' },
            strings: { type: 'string', default: '2' },
            voltage: { type: 'string', default: '12' },
            capacity: { type: 'string', default: '100' },
            seed: { type: 'string', default: '1' },
            spread: { type: 'string', default: '1' },
            ambient: { type: 'string', default: '22' },
            ageing: { type: 'string', default: '1' },
            sensors: { type: 'string', default: 'each' },
            aux: { type: 'string', default: '0' },
            load: { type: 'string', default: '5000' },
            gaps: { type: 'string', default: 'exception' },
            cold: { type: 'boolean', default: false },
            speed: { type: 'string', default: '1' },
        },
    });
    if (values.help) return console.log(HELP);

    const clock = new SystemClock(numberOption('speed', values.speed));
    const battery = new SimulatedBattery(clock, {
        warm: !values.cold,
        bank: {
            modules: numberOption('modules', values.modules),
            strings: numberOption('strings', values.strings),
            nominalVoltage: numberOption('voltage', values.voltage),
            capacityAh: numberOption('capacity', values.capacity),
            seed: numberOption('seed', values.seed),
            spread: numberOption('spread', values.spread),
            ambient: numberOption('ambient', values.ambient),
            ageing: numberOption('ageing', values.ageing),
        },
        monitor: {
            currentSensors: choiceOption('sensors', ['each', 'one', 'none'] as const, values.sensors),
            auxDevices: numberOption('aux', values.aux),
        },
    });
    battery.setLoad({ watts: numberOption('load', values.load) });
    const { user } = readTarget({
        host: 'any',
        version: values.user ? '3' : '2c',
        user: values.user,
        authProtocol: values['auth-protocol'],
        authKey: values['auth-key'],
        privProtocol: values['priv-protocol'],
        privKey: values['priv-key'],
    });
    const version = choiceOption('trap-version', ['1', '2c', '3'] as const, values['trap-version']);
    if (version === '3' && values.trap.length && !user) throw new UpsError('config-missing', { property: 'user' });
    const { address, community } = values;
    const trapTargets = values.trap.map((place): TrapTarget => ({
        ...placeOption('trap', place, 162),
        version,
        user,
        community,
    }));
    const card = new BacsCard({
        ...modbusPlace(values),
        battery,
        clock,
        gaps: choiceOption('gaps', ['exception', 'unsupported'] as const, values.gaps),
        snmp:
            values.snmp === undefined
                ? undefined
                : {
                      port: numberOption('snmp', values.snmp),
                      address,
                      community,
                      users: user ? [user] : [],
                      trapTargets,
                      firstIndex: numberOption('first-index', values['first-index']),
                  },
    });
    battery.on('change', (change) => printLine({ event: 'change', ...change }));
    card.on('refused', (refused) => printLine({ event: 'refused', ...refused }));
    card.on('failure', (error) => printLine({ event: 'failure', error: String(error) }));
    card.on('trap', (trap) => printLine({ event: 'trap', ...trap }));
    card.on('lineClosed', () => void stop());
    await card.start();
    const { endpoint, agent } = card;
    printLine({
        event: 'listening',
        port: endpoint.tcpPort,
        serial: values.serial,
        snmp: agent?.port,
        engineId: agent?.engineId,
    });

    const input = createInterface({ input: process.stdin });
    const stop = async () => {
        await card.stop();
        battery.stop();
        input.close();
    };
    input.on('line', (line) => command(card, line.trim(), stop));
    process.once('SIGTERM', () => void stop());
    process.once('SIGINT', () => void stop());
}

function command(card: BacsCard, line: string, stop: () => Promise<void>): void {
    if (!line) return;
    if (line === 'quit') return void stop();
    try {
        printLine({ event: 'done', line, result: handleControl(card, line) });
    } catch (error) {
        printLine({ event: 'error', line, error: (error as Error).message });
    }
}

runCli(main);
