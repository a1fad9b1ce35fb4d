#!/usr/bin/env node
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { SystemClock } from '../../lib/core/clock';
import { readTarget, type SnmpUser } from '../../lib/protocols/snmp/config';
import { choiceOption, numberOption, placeOption, printLine, runCli } from '../shared/cli';
import type { TrapTarget } from '../shared/snmp/trap-sender';
import { CONTROL_HELP, handleControl } from './control';
import { FACTORY_USERS, type RmcuUser } from './options';
import { MODELS, type Model } from './plant';
import { Rmcu } from './rmcu';
import { factorySettings } from './settings';

const HELP = `A simulated DC supply with remote monitoring and control unit (RMCU): SNMP agent, pages, log, alarms, schedules, traps, mails.
Made-up objects: OIDs, pages and file columns are not those of the real device, which are not public. The MIB file is
served at the address that "listening" prints; log-ins: control/control and admin/admin.

  node dist/simulators/rmcu/cli.js --port 1161 --http-port 8090

  --port N           UDP port of the agent; 0 = any (default 1161)
  --http-port N      TCP port of the pages; 0 = any (default 8090)
  --address A        loopback address to listen on (default 127.0.0.1)
  --shape scalars|table  objects: scalars in SMIv2, or tables in SMIv1 (default scalars)
  --print-mib        print the MIB file and end
  --community C      community for reading (default public)
  --write-community C    for reading and writing (default private); --read-only refuses all writing
  --user NAME        v3 user, with --auth-key and --priv-key (MD5, AES-128); its password for the pages: --password
  --trap HOST[:PORT]  the destination of traps (default port 162); --trap-version 1|2c|3 (default 2c)
  --mail HOST[:PORT]  mail server (default port 25), with --mail-to, --mail-from, --mail-interval MINUTES (default 5), --mail-on-boot
  --model M          ${Object.keys(MODELS).join(', ')}
  --load AMPS        (default 10.2)      --battery AH (default 100)
  --roll BYTES       RMCU.CSV is renamed at this size (default 5 MB)
  --log-rate MINUTES (default 1)         --zone HOURS east of UTC (default 0)
  --speed N          times real time
  --with-parent      ends when its input ends, as with the program that has started it

Lines on stdin (CHANNEL: ac, temperature, analog-1 to analog-6):
${CONTROL_HELP}

Prints JSON lines.`;

async function main(): Promise<void> {
    const { values } = parseArgs({
        options: {
            help: { type: 'boolean', short: 'h' },
            port: { type: 'string', default: '1161' },
            'http-port': { type: 'string', default: '8090' },
            address: { type: 'string', default: '127.0.0.1' },
            shape: { type: 'string', default: 'scalars' },
            'print-mib': { type: 'boolean', default: false },
            community: { type: 'string', default: 'public' },
            'write-community': { type: 'string', default: 'private' },
            'read-only': { type: 'boolean', default: false },
            user: { type: 'string' },
            password: { type: 'string', default: '' },
            'auth-key': { type: 'string' },
            'priv-key': { type: 'string' },
            trap: { type: 'string' },
            'trap-version': { type: 'string', default: '2c' },
            mail: { type: 'string' },
            'mail-to': { type: 'string', default: 'operator@example.net' },
            'mail-from': { type: 'string', default: 'rmcu@example.net' },
            'mail-interval': { type: 'string', default: '5' },
            'mail-on-boot': { type: 'boolean', default: false },
            model: { type: 'string', default: 'HE1U-2012-BMS-MU' },
            load: { type: 'string', default: '10.2' },
            battery: { type: 'string', default: '100' },
            roll: { type: 'string' },
            'log-rate': { type: 'string', default: '1' },
            zone: { type: 'string', default: '0' },
            speed: { type: 'string', default: '1' },
            'with-parent': { type: 'boolean', default: false },
        },
    });
    if (values.help) return console.log(HELP);
    const user = userOf(values.user, values.password, values['auth-key'], values['priv-key']);
    const settings = factorySettings();
    settings.zoneHours = numberOption('zone', values.zone);
    if (values.mail !== undefined) {
        const { host, port } = placeOption('mail', values.mail, 25);
        Object.assign(settings.mail, { host, port, to: values['mail-to'], from: values['mail-from'] });
        settings.mail.minimumMinutes = numberOption('mail-interval', values['mail-interval']);
        settings.mail.onBoot = values['mail-on-boot'];
    }
    const rmcu = new Rmcu({
        clock: new SystemClock(numberOption('speed', values.speed)),
        settings,
        address: values.address,
        port: numberOption('port', values.port),
        httpPort: numberOption('http-port', values['http-port']),
        shape: choiceOption('shape', ['scalars', 'table'] as const, values.shape),
        community: values.community,
        writeCommunity: values['write-community'],
        agentAccess: values['read-only'] ? 'read-only' : 'read-write',
        users: [...FACTORY_USERS, ...(user ? [user] : [])],
        trap:
            values.trap === undefined ? undefined : trapTo(values.trap, values['trap-version'], values.community, user),
        model: choiceOption('model', Object.keys(MODELS) as Model[], values.model),
        loadAmps: numberOption('load', values.load),
        batteryAh: numberOption('battery', values.battery),
        rollBytes: values.roll === undefined ? undefined : numberOption('roll', values.roll),
    });
    rmcu.device.setLogRate(numberOption('log-rate', values['log-rate']));
    if (values['print-mib']) return void process.stdout.write(rmcu.mib.text);
    await run(rmcu, values['with-parent']);
}

async function run(rmcu: Rmcu, endsWithInput: boolean): Promise<void> {
    const { device } = rmcu;
    device.on('plant', ({ what }) => printLine({ event: what }));
    device.on('alarm', ({ channel, kind, active, value }) =>
        printLine({ event: 'alarm', channel, kind, active, value }),
    );
    device.on('output', (change) => printLine({ event: 'output', ...change }));
    device.on('mail', (mail) => printLine({ event: 'mail', ...mail }));
    rmcu.on('set', (set) => printLine({ event: 'set', ...set }));
    rmcu.on('trap', (trap) => printLine({ event: 'trap', ...trap }));
    rmcu.on('refused', (refused) => printLine({ event: 'refused', ...refused }));
    await rmcu.start();
    const { address, port, httpPort, engineId, mibUrl } = rmcu;
    printLine({ event: 'listening', address, port, httpPort, engineId, mib: mibUrl });
    const input = createInterface({ input: process.stdin });
    let isStopping = false;
    const stop = async () => {
        if (isStopping) return;
        isStopping = true;
        await rmcu.stop();
        input.close();
    };
    input.on('line', (line) => {
        const text = line.trim();
        if (text === 'quit') return void stop();
        if (!text) return;
        try {
            printLine({ event: 'done', line: text, result: handleControl(rmcu, text) });
        } catch (error) {
            printLine({ event: 'error', line: text, error: (error as Error).message });
        }
    });
    if (endsWithInput) input.once('close', () => void stop());
    process.once('SIGTERM', () => void stop());
    process.once('SIGINT', () => void stop());
}

/** @throws UpsError config-missing, config-invalid: no keys, or too short ones */
function userOf(name: string | undefined, password: string, authKey = '', privKey = ''): RmcuUser | undefined {
    if (name === undefined) return undefined;
    v3User(name, { authKey, privKey });
    return { name, password, access: 'Admin', snmp: { authKey, privKey } };
}

/** MD5 and AES-128 are what the device has (RMCU manual, "User Setup"). */
function v3User(user: string, keys: RmcuUser['snmp']): SnmpUser | undefined {
    const protocols = { authProtocol: 'md5', privProtocol: 'aes' };
    return readTarget({ host: 'any', version: '3', user, ...protocols, ...keys }).user;
}

/** @throws UpsError config-missing, config-invalid: traps of v3 need a user */
function trapTo(place: string, version: string, community: string, user: RmcuUser | undefined): TrapTarget {
    const target = {
        ...placeOption('trap', place, 162),
        version: choiceOption('trap-version', ['1', '2c', '3'], version),
    };
    return target.version === '3'
        ? { ...target, user: v3User(user?.name ?? '', user?.snmp) }
        : { ...target, community };
}

runCli(main);
