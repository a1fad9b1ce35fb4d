import type { DeployType } from '../machine/node-red';
import { Prng } from '../kernel/prng';
import type { Lie } from '../world/device';
import type { Weather } from '../world/network';
import type { UpsTraits } from '../world/ups';
import { NUT_SETTINGS, SNMP_SETTINGS, DEVICE_ADDRESS } from './devices';
import { SETTING_CHANGES, type SettingChange } from './changes';
import { flowFor, type PlayedFlow } from './flows';

/** Something that the world does at a moment. */
export type Act = { t: number } & (
    | { act: 'mains'; on: boolean }
    | { act: 'test'; on: boolean }
    | { act: 'weather'; address: string; weather: Weather }
    | { act: 'silence'; on: boolean }
    | { act: 'restart device'; unknownSeconds: number }
    | { act: 'disk'; fails: boolean }
    | { act: 'wall'; jump: number }
    | { act: 'deploy'; type: DeployType; renames: 'all' | 'some' | 'none'; change?: SettingChange }
    | { act: 'kill'; downSeconds: number }
    | { act: 'stop'; downSeconds: number }
    /** The process is killed at one of its next writes. */
    | { act: 'kill at write'; further: number; durable: boolean; downSeconds: number }
);

export interface Scenario {
    seed: number;
    flow: PlayedFlow;
    wire: 'nut' | 'snmp1' | 'snmp2c';
    ups: UpsTraits;
    lies: Lie[];
    plan: Act[];
    faults: number;
    /** From here on nothing happens any more. */
    calmSeconds: number;
    /** So long it may take until everything is as it was. */
    endSeconds: number;
    /** How long the device may hide an outage, s. */
    hiddenSeconds: number;
}

export interface Wish {
    /** Number of outages; chosen by the seed if absent. */
    outages?: number;
    /** At least so many faults, lies of the device among them. */
    faults?: number;
}

const LEAST_FAULTS = 5;
const MINUTE = 60;

/** The scenario of a seed: a flow, a UPS, a device with its lies, and what befalls them. */
export function scenarioOf(seed: number, wish: Wish = {}): Scenario {
    const prng = new Prng(seed, 'scenario');
    const wire = prng.pick<Scenario['wire']>([...Array<'nut'>(8).fill('nut'), 'snmp1', 'snmp2c']);
    const capacitySeconds = prng.pick([200, 300, 400]);
    const lies = liesFor(prng.fork('lies'), wire);
    const usualPoll = prng.pick([4, 10, 10]);
    const has = (kind: Lie['kind']) => lies.some((lie) => lie.kind === kind);
    const flow = flowFor(prng.fork('flow'), {
        device: wire === 'nut' ? NUT_SETTINGS : SNMP_SETTINGS(wire),
        pollSeconds: usualPoll,
        capacitySeconds,
        tellsRuntime: !has('no runtime'),
        tellsCharge: !has('no charge') && !has('optimistic'),
    });
    const long = flow.kind === 'staggered' || flow.kind === 'events';
    const ups: UpsTraits = {
        capacitySeconds: flow.kind === 'staggered' ? 3600 : flow.kind === 'events' ? 1500 : capacitySeconds,
        charge: prng.pick([100, 100, 100, 70, 45]),
        lowPercent: prng.pick([20, 35]),
        rechargeFactor: prng.pick([0.5, 2, 10]),
    };
    const mains = mainsFor(prng.fork('mains'), ups, flow, wish.outages ?? (long ? 1 : prng.pick([1, 1, 2, 2, 3])));
    const lastReturn = mains.at(-1)!.t;
    const wanted = Math.max(0, (wish.faults ?? LEAST_FAULTS) - lies.length) + prng.below(4);
    const faults = faultsFor(prng.fork('faults'), flow, lastReturn, wanted);
    const calmSeconds = Math.max(lastReturn, faults.until);
    return {
        seed,
        flow,
        wire,
        ups,
        lies,
        plan: [...mains, ...faults.acts].sort((one, other) => one.t - other.t),
        faults: faults.count + lies.length,
        calmSeconds,
        endSeconds: calmSeconds + flow.orders.wakesWithinSeconds + MINUTE,
        hiddenSeconds: hiddenFor(lies, ups),
    };
}

function liesFor(prng: Prng, wire: Scenario['wire']): Lie[] {
    const lies: Lie[] = [];
    if (prng.chance(0.12)) lies.push({ kind: 'late', seconds: prng.pick([3, 8, 15]) });
    else if (prng.chance(0.1)) lies.push({ kind: 'never' });
    if (wire === 'nut' && prng.chance(0.1)) lies.push({ kind: 'discharging' });
    if (prng.chance(0.1)) lies.push({ kind: 'no runtime' });
    if (prng.chance(0.1)) lies.push({ kind: 'no charge' });
    else if (prng.chance(0.15)) lies.push({ kind: 'wandering charge' });
    else if (prng.chance(0.08)) lies.push({ kind: 'optimistic', percent: prng.between(2, 6) });
    // One that says nothing by which an outage could be seen is no path to watch a UPS by.
    const blind = lies.some(({ kind }) => kind === 'never') && lies.some(({ kind }) => kind === 'no charge');
    return blind ? lies.filter(({ kind }) => kind !== 'never') : lies;
}

/** docs/outage.md: a dead input counts with a charge that has fallen by 2 points, in two readings on end where the input was never seen alive. */
function hiddenFor(lies: readonly Lie[], { capacitySeconds }: UpsTraits): number {
    const late = lies.find((lie) => lie.kind === 'late')?.seconds ?? 0;
    const never = lies.some(({ kind }) => kind === 'never') ? 0.05 * capacitySeconds + 15 : 0;
    return late + never;
}

function mainsFor(prng: Prng, ups: UpsTraits, flow: PlayedFlow, outages: number): Act[] {
    const acts: Act[] = [];
    let t = prng.pick([8, 20, 40]);
    for (let index = 0; index < outages; index++) {
        acts.push({ t: moment(prng, t), act: 'mains', on: false });
        const longest = ups.capacitySeconds * 1.1;
        const long = flow.kind === 'staggered' || flow.kind === 'events';
        const seconds = long
            ? prng.between(Math.round(longest / 3), longest)
            : prng.pick([prng.between(1, 6), prng.between(10, 60), prng.between(40, 130), prng.between(100, longest)]);
        acts.push({ t: moment(prng, t + seconds), act: 'mains', on: true });
        t += seconds + prng.pick([2, 8, 25, 60, 120]);
    }
    return acts;
}

/** Not on the beat of the polls. */
function moment(prng: Prng, seconds: number): number {
    return Math.round((seconds + prng.next()) * 1000) / 1000;
}

function faultsFor(
    prng: Prng,
    flow: PlayedFlow,
    lastReturn: number,
    wanted: number,
): { acts: Act[]; count: number; until: number } {
    const acts: Act[] = [];
    let until = lastReturn;
    /** A process that is away, and a disk that fails, are one at a time: what a dead disk has not kept is nobody's to keep. */
    let free = 0;
    for (let index = 0; index < wanted; index++) {
        const from = moment(prng, prng.below(Math.ceil(lastReturn + 20)));
        const seconds = prng.pick([1, 4, 12, 35, 60]);
        const during = (begin: Act, end: Act) => {
            acts.push(begin, end);
            until = Math.max(until, end.t);
        };
        const weather = (address: string, weathers: Weather[]) =>
            during(
                { t: from, act: 'weather', address, weather: prng.pick(weathers) },
                { t: from + seconds, act: 'weather', address, weather: 'fine' },
            );
        const hostWeather = () => weather(prng.pick(flow.hosts).address, ['silent', 'slow', 'one-way', 'refused']);
        const away = (most: number, ...begun: Act[]) => {
            // The process, or the disk, is away already: this seed gets another fault instead.
            if (from < free) return hostWeather();
            acts.push(...begun);
            free = from + most + 5;
            until = Math.max(until, free);
        };
        const downSeconds = prng.pick([0.5, 2, 10, 45]);
        switch (prng.below(10)) {
            case 0:
                weather(DEVICE_ADDRESS, ['silent', 'slow', 'one-way', 'lossy', 'doubling', 'refused', 'cut']);
                break;
            case 1:
            case 2:
                hostWeather();
                break;
            case 3:
                during({ t: from, act: 'silence', on: true }, { t: from + seconds, act: 'silence', on: false });
                break;
            case 4:
                acts.push({ t: from, act: 'restart device', unknownSeconds: prng.pick([2, 6, 15]) });
                break;
            case 5:
                during({ t: from, act: 'test', on: true }, { t: from + seconds, act: 'test', on: false });
                break;
            case 6:
                acts.push({ t: from, act: 'wall', jump: prng.pick([-86_400, -3600, -7, 7, 3600, 86_400]) * 1000 });
                break;
            case 7: {
                const type = prng.pick<DeployType>(['full', 'flows', 'nodes']);
                const renames = prng.pick(['all', 'some', 'none'] as const);
                const change = prng.chance(0.5) ? prng.pick(SETTING_CHANGES) : undefined;
                acts.push({ t: from, act: 'deploy', type, renames, change });
                until = Math.max(until, from + 20);
                break;
            }
            case 8:
                if (prng.chance(0.7)) away(downSeconds, { t: from, act: 'kill', downSeconds });
                else if (prng.chance(0.5)) away(downSeconds + 10, { t: from, act: 'stop', downSeconds });
                else {
                    const length = Math.min(seconds, 35);
                    const back: Act = { t: from + length, act: 'disk', fails: false };
                    away(length, { t: from, act: 'disk', fails: true }, back);
                }
                break;
            default:
                away(downSeconds + 60, {
                    t: from,
                    act: 'kill at write',
                    further: prng.between(1, 25),
                    durable: prng.chance(0.5),
                    downSeconds,
                });
        }
    }
    return { acts, count: wanted, until };
}
