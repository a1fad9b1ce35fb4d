import { UpsError } from '../../core/errors';
import { said, type Told } from '../../core/language/sentence';
import { shown } from '../../core/quote';
import { requireRange } from '../options';
import { BLOCK_FAULTS, type BlockFault } from './faults';
import { MODULE_STATES, SYSTEM_STATES } from './monitor/states';
import type { SimulatedBattery } from './simulated-battery';

/** JSON: what a battery that begins anew is told first, so that a restart of the program repairs nothing. */
export interface KeptOrders {
    version: 1;
    mains: boolean;
    loadWatts: number;
    ambient?: number;
    silent: boolean;
    /** Mean charge, % */
    charge: number;
    faults: { fault: BlockFault; module: number; value: number | null }[];
    /** Strings whose breaker is open, from 1. */
    open: number[];
    inputs: [device: number, port: number][];
    states: ForcedState[];
    /** Hours that a pause of the equalizing still lasts. */
    pauseHours: number;
}

interface ForcedState {
    state: string;
    on: boolean;
    modules: number[];
    strings: number[];
}

const HOUR = 3_600_000;
const TOPICS = [
    ...['mains', 'load', 'ambient', 'charge', 'fault', 'replace', 'breaker', 'input', 'state'],
    ...['restart', 'silent', 'pause', 'resume'],
];
const SWITCH = ['true', 'false', 'on', 'off'].join(', ');

/** What people do to a simulated battery, by messages. */
export class BatteryOrders {
    private mains = true;
    private ambient: number | undefined;
    private readonly forced = new Map<string, ForcedState>();
    private readonly inputs = new Map<string, [device: number, port: number]>();

    /**
     * @param loadWatts of the battery while the mains are off
     * @param ups name of a UPS that decides over mains and load in place of messages
     */
    constructor(
        private readonly battery: SimulatedBattery,
        private loadWatts: number,
        private readonly ups?: string,
    ) {}

    /** @throws UpsError payload-unknown, out-of-range: nothing has changed */
    take(topic: string, payload: unknown): void {
        const { battery } = this;
        switch (topic) {
            case 'mains':
                this.assertAlone(topic);
                return this.supply(onOff(topic, payload), this.loadWatts);
            case 'load':
                this.assertAlone(topic);
                return this.supply(this.mains, number(topic, payload));
            case 'ambient': {
                const celsius = number(topic, payload);
                battery.setAmbient(celsius);
                this.ambient = celsius;
                return;
            }
            case 'charge':
                return battery.setCharge(number(topic, payload));
            case 'fault':
                return this.fault(fields(topic, payload, '{fault, module, on, value}'));
            case 'replace':
                return battery.replaceBlock(whole('module', moduleOf(payload)));
            case 'breaker': {
                const { string, open } = fields(topic, payload, '{string, open}');
                return battery.setBreaker(whole('string', string), onOff('open', open ?? true));
            }
            case 'input':
                return this.input(fields(topic, payload, '{device, port, on}'));
            case 'state':
                return this.state(fields(topic, payload, '{state, on, modules}'));
            case 'restart':
                return battery.restart();
            case 'silent':
                battery.silent = onOff(topic, payload);
                return;
            case 'pause':
                return battery.pauseEqualizing(number(topic, payload));
            case 'resume':
                return battery.resumeEqualizing();
            default:
                throw unclear(topic, said('expected.topic', { topics: TOPICS.join(', ') }));
        }
    }

    /** What the battery feeds; for a UPS that decides. @throws UpsError out-of-range */
    supply(mains: boolean, loadWatts: number): void {
        requireRange('load', loadWatts, 0, 1e7);
        const changed = mains !== this.mains || loadWatts !== this.loadWatts;
        this.battery.setLoad(mains ? undefined : { watts: loadWatts });
        if (changed) this.battery.setMains(mains);
        this.mains = mains;
        this.loadWatts = loadWatts;
    }

    keep(): KeptOrders {
        const { bank, monitor, faults, silent } = this.battery;
        const { charge } = bank.blocks;
        return {
            version: 1,
            mains: this.mains,
            loadWatts: this.loadWatts,
            ...(this.ambient !== undefined && { ambient: this.ambient }),
            silent,
            charge: (100 * charge.reduce((sum, each) => sum + each, 0)) / charge.length,
            faults: faults.list().map((each) => ({ ...each, value: Number.isNaN(each.value) ? null : each.value })),
            open: [...bank.open].flatMap((open, s) => (open ? [s + 1] : [])),
            inputs: [...this.inputs.values()],
            states: [...this.forced.values()],
            pauseHours: Math.max(0, (monitor.equalizer.pausedUntil - bank.time) / HOUR),
        };
    }

    /** Tells a battery that begins anew what it was told before. Of what does not fit (another number of blocks), nothing is used. */
    restore(kept: unknown): void {
        const orders = kept as KeptOrders | undefined;
        if (orders?.version !== 1) return;
        const { battery } = this;
        for (const { fault, module, value } of orders.faults)
            allow(() => battery.setFault(fault, module, true, value ?? undefined));
        for (const string of orders.open) allow(() => battery.setBreaker(string, true));
        for (const [device, port] of orders.inputs) allow(() => this.input({ device, port, on: true }));
        for (const state of orders.states) allow(() => this.state({ ...state }));
        allow(() => battery.setCharge(orders.charge));
        const { ambient } = orders;
        if (ambient !== undefined) allow(() => this.take('ambient', ambient));
        if (orders.pauseHours > 0) allow(() => battery.pauseEqualizing(orders.pauseHours));
        battery.silent = orders.silent;
        if (this.ups === undefined) allow(() => this.supply(orders.mains, orders.loadWatts));
    }

    private assertAlone(topic: string): void {
        if (this.ups !== undefined) throw unclear(topic, said('expected.fromUps', { ups: this.ups }));
    }

    private fault({ fault, module, on, value }: Record<string, unknown>): void {
        const known = Object.keys(BLOCK_FAULTS);
        if (!known.includes(String(fault))) throw unclear(`fault ${shown(fault)}`, known.join(', '));
        const given = value === undefined || value === null ? undefined : number('value', value);
        this.battery.setFault(fault as BlockFault, whole('module', module), onOff('on', on ?? true), given);
    }

    private input({ device = 1, port, on }: Record<string, unknown>): void {
        const [d, p, isOn] = [whole('device', device), whole('port', port), onOff('on', on ?? true)];
        this.battery.setInput(d, p, isOn);
        const key = `${d} ${p}`;
        if (isOn) this.inputs.set(key, [d, p]);
        else this.inputs.delete(key);
    }

    /** `on` null: the state goes by the values again. */
    private state({ state, on, modules = [], strings = [] }: Record<string, unknown>): void {
        const name = String(state);
        const known = [...new Set<string>([...SYSTEM_STATES, ...MODULE_STATES])];
        if (!known.includes(name)) throw unclear(`state ${shown(state)}`, known.join(', '));
        if (on === null) {
            this.battery.release(name);
            this.forced.delete(name);
            return;
        }
        const { layout } = this.battery.bank;
        const order: ForcedState = {
            state: name,
            on: onOff('on', on ?? true),
            modules: numbers('modules', modules, layout.modules),
            strings: numbers('strings', strings, layout.strings),
        };
        this.battery.force(name, order.on, order.modules, order.strings);
        this.forced.set(name, order);
    }
}

/** What was kept of another battery may not fit this one. */
function allow(order: () => void): void {
    try {
        order();
    } catch (error) {
        if (!(error instanceof UpsError)) throw error;
    }
}

function onOff(what: string, payload: unknown): boolean {
    if (payload === true || payload === 'on' || payload === 1) return true;
    if (payload === false || payload === 'off' || payload === 0) return false;
    throw unclear(`${what} ${shown(payload)}`, SWITCH);
}

function number(what: string, payload: unknown): number {
    const value = typeof payload === 'number' || typeof payload === 'string' ? Number(payload) : NaN;
    if (payload === '' || !Number.isFinite(value)) throw unclear(`${what} ${shown(payload)}`, said('expected.number'));
    return value;
}

function whole(what: string, payload: unknown): number {
    const value = number(what, payload);
    if (!Number.isInteger(value)) throw unclear(`${what} ${shown(payload)}`, said('expected.number'));
    return value;
}

/** @param most the numbers are whole, from 1 to this */
function numbers(what: string, payload: unknown, most: number): number[] {
    if (!Array.isArray(payload)) throw unclear(`${what} ${shown(payload)}`, '[1, 2]');
    return payload.map((each) => {
        const value = whole(what, each);
        if (value < 1 || value > most) throw new UpsError('out-of-range', { property: what, value, min: 1, max: most });
        return value;
    });
}

function fields(topic: string, payload: unknown, expected: string): Record<string, unknown> {
    if (typeof payload === 'object' && payload !== null && !Array.isArray(payload)) return { ...payload };
    throw unclear(`${topic} ${shown(payload)}`, expected);
}

function moduleOf(payload: unknown): unknown {
    return typeof payload === 'object' && payload !== null ? (payload as { module?: unknown }).module : payload;
}

/** The message is wrong, not a setting. */
function unclear(value: string, expected: Told): UpsError {
    return new UpsError('payload-unknown', { value: value.slice(0, 100), expected });
}
