import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SystemClock } from '../../lib/core/clock';
import { SimulatedBattery, type SimulatedBatteryOptions } from '../../lib/simulation/battery/simulated-battery';
import { BacsCard, type BacsCardOptions } from '../../simulators/bacs/card';
import { FakeClock } from '../support/fake-clock';
import { mbpoll, type Polled } from '../support/mbpoll';
import { requirePeer } from '../support/peers';
import { ptyPair, type PtyPair } from '../support/pty-pair';

const run = promisify(execFile);
const BACS = '.1.3.6.1.2.1.33.5';
const KEY = 'a-key-of-tests';
const USER = {
    name: 'walker',
    auth: { protocol: 'sha' as const, key: KEY },
    priv: { protocol: 'aes' as const, key: KEY },
};
const V3 = ['-v3', '-l', 'authPriv', '-u', USER.name, '-a', 'SHA', '-A', KEY, '-x', 'AES', '-X', KEY];
/** -9999, as a word. */
const UNSUPPORTED = 55_537;

/** What is compared with is written here by the tables of the CS141 manual, without the codec that the card uses. */
describe('the simulated BACS WEBMANAGER, read by mbpoll and net-snmp', function () {
    this.timeout(60_000);
    let programs: { mbpoll: string; socat: string; walk: string; bulkwalk: string };
    let folder: string;
    let battery: SimulatedBattery;
    let card: BacsCard;
    let line: PtyPair | undefined;

    before(function () {
        const [poll, socat, walk, bulkwalk] = ['mbpoll', 'socat', 'snmpwalk', 'snmpbulkwalk'].map((name) =>
            requirePeer(this, name),
        );
        programs = { mbpoll: poll!, socat: socat!, walk: walk!, bulkwalk: bulkwalk! };
    });
    beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'ridethrough-bacs-'))));
    afterEach(async () => {
        await card.stop();
        battery.stop();
        await line?.close();
        line = undefined;
        rmSync(folder, { recursive: true, force: true });
    });

    /** No time passes for the battery, so that what is read stays what it is. */
    async function start(options: Partial<BacsCardOptions>, bank: SimulatedBatteryOptions['bank']): Promise<void> {
        const room = new FakeClock();
        battery = new SimulatedBattery(room, { bank, monitor: { auxDevices: 4 } });
        battery.setFault('module-lost', 2, true);
        battery.setFault('temperature-stuck', 3, true, 36.5);
        battery.setInput(2, 3, true);
        battery.setOutput(4, 1, true);
        battery.setLoad({ watts: 20_000 });
        battery.setMains(false);
        room.advanceSync(20_000);
        battery.sweep();
        card = new BacsCard({ battery, clock: new SystemClock(), ...options });
        await card.start();
    }

    const numbers = ({ values }: Polled) => [...values.values()].map((value) => parseInt(value, 10));
    const signed = (value: number, scale: number) =>
        Number.isNaN(value) ? UNSUPPORTED : (Math.round(value * scale) + 0x10000) % 0x10000;

    /** Every register, by its address. */
    function expected(): Map<number, number> {
        const { measured } = battery.monitor;
        const words = new Map<number, number>();
        const { modules, strings } = battery.bank.layout;
        // Module lost 4, discharging 8, system failure 0x100, temperature out of range 0x400; running, connected, polling.
        words.set(1000, 1 + 2 + 4 + 8 + 0x100 + 0x400 + 0x8000);
        words.set(1001, 1);
        // General alarm, communication lost, temperature high and its warning.
        words.set(1002, 1 + 2 + 0x10 + 0x800);
        words.set(1003, strings).set(1004, modules).set(1005, 0);
        for (let s = 1; s <= 16; s++) {
            const at = s <= 10 ? 1010 + 5 * (s - 1) : 2710 + 5 * (s - 11);
            const there = s <= strings;
            const value = (values: Float64Array, scale: number) =>
                there ? signed(values[s - 1]!, scale) : UNSUPPORTED;
            words.set(at, value(measured.current, 100));
            words.set(at + 1, s <= 10 ? value(measured.stringVoltage, 10) : UNSUPPORTED);
            words.set(at + 2, s <= 10 ? value(measured.average, 1000) : UNSUPPORTED);
            words.set(at + 3, value(measured.ripple, 100));
            words.set(at + 4, UNSUPPORTED);
        }
        for (let m = 1; m <= 512; m++) {
            const at = m <= 330 ? 1060 + 5 * (m - 1) : 2740 + 5 * (m - 331);
            const there = m <= modules;
            const value = (values: Float64Array, scale: number) =>
                there ? signed(values[m - 1]!, scale) : UNSUPPORTED;
            const celsius = there ? measured.temperature[m - 1]! : NaN;
            words.set(at, Number.isNaN(celsius) ? UNSUPPORTED : celsius * 2 + 78);
            words.set(at + 1, value(measured.voltage, 1000));
            words.set(at + 2, value(measured.impedance, 100));
            const alarms = m === 2 ? 1 + 2 : m === 3 ? 1 + 0x10 + 0x800 : 0;
            words.set(at + 3, there ? alarms : UNSUPPORTED);
            words.set(at + 4, value(measured.equalizing, 1));
            words.set(4003 + m, value(measured.charge, 1));
        }
        for (let i = 0; i < 16; i++) words.set(3650 + i, i === 6 ? 1 : 0).set(3666 + i, i === 12 ? 1 : 0);
        return words.set(4001, 14_215).set(4003, 218);
    }

    /** mbpoll counts references from 1. At most 125 registers in a request. */
    async function readAll(ranges: [first: number, last: number][], poll: (...args: string[]) => Promise<Polled>) {
        const read = new Map<number, number>();
        for (const [first, last] of ranges)
            for (let at = first; at <= last; at += 125) {
                const count = Math.min(125, last - at + 1);
                const polled = await poll('-r', String(at + 1), '-c', String(count), '-t', '4');
                const words = numbers(polled);
                assert.equal(words.length, count, polled.output);
                words.forEach((word, i) => read.set(at + i, word & 0xffff));
            }
        return read;
    }

    const RANGES: [number, number][] = [
        [1000, 1005],
        [1010, 3681],
        [4001, 4001],
        [4003, 4515],
    ];

    it('every register over TCP: 512 modules in 16 strings', async () => {
        await start({ tcp: {} }, { modules: 512, strings: 16 });
        const tcp = (...args: string[]) =>
            mbpoll(programs.mbpoll, '-m', 'tcp', '-p', String(card.endpoint.tcpPort), '-a', '1', ...args, '127.0.0.1');
        const read = await readAll(RANGES, tcp);
        assert.equal(read.size, 6 + 2672 + 1 + 513);
        for (const [address, word] of expected()) assert.equal(read.get(address), word, `register ${address}`);
        assert.equal(expected().size, read.size);
        assert.match((await tcp('-r', '1007', '-c', '1', '-t', '4')).output, /Illegal data address/i);
        const asInput = await tcp('-r', '1001', '-c', '6', '-t', '3');
        assert.deepEqual(
            numbers(asInput),
            [1000, 1001, 1002, 1003, 1004, 1005].map((address) => expected().get(address)),
        );
    });

    it('every register over RTU, of a battery of 12 in 3', async () => {
        line = await ptyPair(programs.socat);
        const serial = { baudRate: 38_400, parity: 'even', stopBits: 1 } as const;
        await start({ unitId: 7, rtu: { path: line.a, ...serial } }, { modules: 12, strings: 3 });
        const { b } = line;
        const read = await readAll(
            [
                [1000, 1005],
                [1010, 1184],
                [2710, 2764],
                [3650, 3681],
                [4003, 4120],
            ],
            (...args) => mbpoll(programs.mbpoll, '-m', 'rtu', '-b', '38400', '-P', 'even', '-a', '7', ...args, b),
        );
        const words = expected();
        for (const [address, word] of read) assert.equal(word, words.get(address), `register ${address}`);
        assert.equal(read.size, 6 + 175 + 55 + 32 + 118);
    });

    /** Every object below 33.5, as net-snmp prints it. */
    function objects(): Map<string, string> {
        const { measured } = battery.monitor;
        const { modules, strings } = battery.bank.layout;
        const all = new Map<string, string>();
        const put = (oid: string, value: number, scale = 1) =>
            all.set(`${BACS}.${oid}`, String(Number.isNaN(value) ? -9999 : Math.round(value * scale)));
        const mean = (values: Float64Array) => {
            const known = values.filter((value) => !Number.isNaN(value));
            return known.reduce((sum, value) => sum + value, 0) / known.length;
        };
        all.set(`${BACS}.1.1.0`, '"C20"');
        // Counts, Ah, rates; impedance, temperature, voltage of alarms and warnings; °C; the limits of strings are off.
        const off = NaN;
        const settings = [strings, modules, 100, 10, 2, 12, off, off, 50, 360, 1050, 1482, off, off, 100, 320, 1110, 1440, 0, off, off, off, off, off, off, off, off]; // prettier-ignore
        settings.forEach((value, i) => put(`1.${i + 2}.0`, value));
        put('2.1.0', 1 + 2 + 4 + 8 + 0x100 + 0x400 + 0x8000 + 0x10000);
        put('2.2.0', mean(measured.voltage), 100);
        put('2.3.0', mean(measured.stringVoltage), 100);
        put('2.4.0', modules);
        put('2.6.0', strings);
        for (let m = 1; m <= modules; m++) {
            put(`2.5.1.1.${m}`, m);
            put(`2.5.1.2.${m}`, measured.voltage[m - 1]!, 100);
            put(`2.5.1.3.${m}`, measured.temperature[m - 1]!, 10);
            put(`2.5.1.4.${m}`, measured.equalizing[m - 1]!);
            put(`2.5.1.5.${m}`, measured.impedance[m - 1]!, 100);
            put(`2.5.1.6.${m}`, m === 2 ? 3 : m === 3 ? 0x811 : 0);
        }
        for (let s = 1; s <= strings; s++) {
            put(`2.7.1.1.${s}`, s);
            put(`2.7.1.2.${s}`, measured.current[s - 1]!, 100);
            put(`2.7.1.3.${s}`, measured.stringVoltage[s - 1]!, 100);
            put(`2.7.1.4.${s}`, measured.average[s - 1]!, 100);
            put(`2.7.1.5.${s}`, measured.ripple[s - 1]!, 100);
            put(`2.7.1.6.${s}`, 0);
            put(`2.7.1.7.${s}`, 0);
        }
        put('3.4.0', 2);
        put('3.5.0', 1);
        put('5.1.0', 4);
        for (let device = 1; device <= 4; device++) {
            put(`5.2.1.1.${device}`, device);
            for (let port = 1; port <= 4; port++) {
                put(`5.2.1.${2 * port}.${device}`, device === 2 && port === 3 ? 1 : 0);
                all.set(`${BACS}.5.2.1.${2 * port + 1}.${device}`, `"Input ${device}.${port}"`);
                put(`5.2.1.${2 * port + 8}.${device}`, device === 4 && port === 1 ? 1 : 0);
                all.set(`${BACS}.5.2.1.${2 * port + 9}.${device}`, `"Output ${device}.${port}"`);
            }
        }
        return all;
    }

    it('every object, by GETBULK in v2c and v3, and by GETNEXT in v1', async () => {
        await start({ snmp: { users: [USER] } }, { modules: 64, strings: 16 });
        const call = async (program: string, ...args: string[]) => {
            const env = { ...process.env, MIBS: '', SNMP_PERSISTENT_DIR: folder, SNMPCONFPATH: folder };
            const { stdout } = await run(program, ['-Onq', '-t', '2', ...args, `127.0.0.1:${card.agent!.port}`, BACS], {
                env,
                maxBuffer: 2 ** 24,
            });
            return new Map(
                stdout
                    .split('\n')
                    .filter((each) => each.startsWith('.') && !each.includes('No more variables'))
                    .map((each) => [each.slice(0, each.indexOf(' ')), each.slice(each.indexOf(' ') + 1)]),
            );
        };
        const walked = await call(programs.bulkwalk, '-v2c', '-c', 'public');
        const alarms = new Map([...walked].filter(([oid]) => /\.33\.5\.3\.[12]\./.test(oid)));
        for (const [oid, value] of objects()) assert.equal(walked.get(oid), value, oid);
        assert.equal(
            walked.size,
            objects().size + alarms.size,
            [...walked.keys()].filter((oid) => !objects().has(oid)).join(' '),
        );
        // The alarms of before the card started have no time: temperature high (8) and its warning (15), system alarm (20), discharging (24), temperature (5).
        assert.equal(alarms.get(`${BACS}.3.1.0`), '5');
        const told = [...alarms].filter(([oid]) => oid.startsWith(`${BACS}.3.2.1.2.`)).map(([, value]) => value);
        assert.deepEqual(
            told.sort(),
            [15, 20, 24, 5, 8].map((number) => `${BACS}.3.3.${number}`),
        );
        assert.deepEqual([...(await call(programs.bulkwalk, ...V3))], [...walked]);
        assert.deepEqual([...(await call(programs.walk, '-v1', '-c', 'public'))], [...walked]);
    });
});
