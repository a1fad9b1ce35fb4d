import type { Node, NodeAPI } from 'node-red';
import { UpsError } from '../../lib/core/errors';
import type { Sentence, SentenceData } from '../../lib/core/language/sentence';
import type { Words } from '../../lib/core/language/words';
import { momentNow, type Moment } from '../../lib/core/moment';
import type { UpsUnit } from '../../lib/core/unit/ups-unit';
import type { SupplySource } from '../../lib/core/orders/supply';
import type { Host } from '../../lib/protocols/shared/host';
import { hostKey } from '../../lib/protocols/shared/hosts';
import { NetNetwork } from '../../lib/protocols/shared/net-network';
import { NetProber } from '../../lib/protocols/shared/probe';
import { SupplyGate, type GateProgress, type GateSettings } from '../../lib/protocols/wol/gate';
import { parseMacs, parseRows, type WakeHost, type WakeRow } from '../../lib/protocols/wol/hosts';
import { parseSecureOn } from '../../lib/core/addresses/mac';
import { UdpPackets, WOL_PORT, parseAddresses } from '../../lib/protocols/wol/magic-packet';
import {
    SHUTDOWN_SECONDS,
    StagedWake,
    type WakeOutcome,
    type WakeProgress,
    type WakeSettings,
} from '../../lib/protocols/wol/staged-wake';
import { settingChoice, settingTick } from '../../lib/protocols/shared/setting-number';
import { endCode, endOf, type EndCode } from '../../lib/core/orders/ending';
import { checkSettings } from '../shared/settings/check-settings';
import { flowOf } from '../shared/runtime/flow-of';
import { JobFailure, attachJob, type JobConfig, type JobContext, type JobOutcome } from '../shared/job/job';
import { numberOr, wholeOr } from '../shared/settings/numbers';
import { isUnit, supplyOf } from '../../lib/flow/supply';
import { whenStarted } from '../shared/runtime/started';
import { errorText, wordsFor } from '../shared/words/texts';
import { unitOf } from '../shared/config/unit-of';
import { sourcesBefore } from '../shared/runtime/wiring';

interface UpsWolConfig extends JobConfig {
    mode: 'packets' | 'staged';
    /** Addresses of cards, as a list; mode packets. */
    mac: string;
    /** Mode staged, in order. */
    hosts: WakeRow[];
    /** Broadcast or unicast addresses that the packets go to. */
    address: string;
    port: string | number;
    copies: string | number;
    /** Seconds */
    gap: string | number;
    /** Seconds */
    repeat: string | number;
    /** Seconds per host */
    limit: string | number;
    /** Seconds that a host takes to shut down. */
    shutdownSeconds?: string | number;
    waitForEach?: boolean | string;
    stopOnFailure?: boolean | string;
    gate?: boolean | string;
    /** Id of an `ups-unit`; empty: that of the event. */
    ups: string;
    /** Percent */
    gateCharge: string | number;
    /** Seconds */
    gateMains: string | number;
    /** Seconds */
    gateLimit: string | number;
}

type UpsWolNode = Node<{ secureOn?: string }>;

interface Settings extends WakeSettings {
    hosts: WakeHost[];
    addresses: Host[];
    copies: number;
    gate: GateSettings | undefined;
}

interface Progress {
    gate: GateProgress;
    wake: WakeProgress;
}

const DAY = 86_400;
const PROBE_SECONDS = 2;

export = (RED: NodeAPI) => {
    const network = new NetNetwork();

    function UpsWol(this: UpsWolNode, config: UpsWolConfig) {
        RED.nodes.createNode(this, config);
        const settings = () => readSettings(config, this.credentials?.secureOn);
        checkSettings(RED, this, settings);
        whenStarted(RED, this, () => {
            // When all sources of the deploy have begun.
            queueMicrotask(() => checkSettings(RED, this, () => assertSupply(RED, this, config)));
        });
        attachJob(RED, this, config, {
            type: 'ups-wol',
            defaults: { edge: 'off' },
            acts: true,
            total: () => settings().hosts.length,
            describe: (context) => {
                const planned = settings();
                supplyFor(RED, config, planned.gate !== undefined, context.message.event.sourceId);
                return describe(planned, context.words);
            },
            run: (context) => wake(RED, network, config, settings(), context),
        });
    }
    RED.nodes.registerType('ups-wol', UpsWol as never, { credentials: { secureOn: { type: 'password' } } });
};

/** @throws UpsError config-missing, config-invalid */
function readSettings(config: UpsWolConfig, secureOn: string | undefined): Settings {
    const staged = settingChoice('mode', config.mode, ['packets', 'staged'], 'packets') === 'staged';
    return {
        hosts: staged ? parseRows(config.hosts) : parseMacs(config.mac),
        addresses: parseAddresses(config.address, wholeOr('port', config.port, WOL_PORT, 1, 65535)),
        copies: wholeOr('copies', config.copies, 3, 1, 10),
        secureOn: parseSecureOn(secureOn),
        gapSeconds: staged ? numberOr('gap', config.gap, 30, 0, DAY) : 0,
        repeatSeconds: numberOr('repeat', config.repeat, 10, 1, 3600),
        // Without a question there is only the network to wait for, which may be coming back itself.
        limitSeconds: numberOr('limit', config.limit, 600, 1, DAY),
        probeSeconds: PROBE_SECONDS,
        shutdownSeconds: numberOr('shutdownSeconds', config.shutdownSeconds, SHUTDOWN_SECONDS, 0, 3600),
        waitForEach: settingTick('waitForEach', config.waitForEach, true) && staged,
        stopOnFailure: settingTick('stopOnFailure', config.stopOnFailure, false) && staged,
        gate: settingTick('gate', config.gate, false)
            ? {
                  chargePercent: numberOr('gateCharge', config.gateCharge, 50, 0, 100),
                  mainsSeconds: numberOr('gateMains', config.gateMains, 300, 0, 7 * DAY),
                  limitSeconds: numberOr('gateLimit', config.gateLimit, 0, 0, 30 * DAY),
              }
            : undefined,
    };
}

const own = (key: string, data: SentenceData): Sentence => ({ key: `ups-wol.said.${key}`, data });

function describe({ hosts, addresses, gate }: Settings, words: Words): string {
    const names = hosts.slice(0, 5).map(({ name }) => name);
    if (hosts.length > names.length) names.push('…');
    const summary = own('summary', {
        count: hosts.length,
        hosts: names.join(', '),
        addresses: addresses.map(hostKey).join(', '),
    });
    if (!gate) return words.sentence(summary);
    const { chargePercent: percent, mainsSeconds: seconds } = gate;
    return words.sentence(own('gate', { summary, percent, time: { seconds } }));
}

function unitBehind(RED: NodeAPI, sourceId: string): UpsUnit | undefined {
    const told = flowOf(RED).registry.source(sourceId);
    const source = told?.standsFor ? flowOf(RED).registry.source(told.standsFor) : told;
    return isUnit(source) ? source : undefined;
}

/**
 * A gate asks a UPS. Where none is chosen it is that of the event, and a marker or a sensor has none: known at the deploy, and not only when
 * the hosts are to be woken. @throws UpsError config-missing
 */
function assertSupply(RED: NodeAPI, node: Node, { ups, gate }: UpsWolConfig): void {
    if (ups) unitOf(RED, ups);
    else if (gate && sourcesBefore(RED, node).some((id) => !unitBehind(RED, id)))
        throw new UpsError('config-missing', { property: 'ups' });
}

/** What the gate asks: the unit that was chosen, else the one the event came from. @throws UpsError config-missing */
function supplyFor(RED: NodeAPI, { ups }: UpsWolConfig, gated: boolean, sourceId: string): SupplySource | undefined {
    if (ups) return supplyOf(flowOf(RED), unitOf(RED, ups).unit);
    const unit = unitBehind(RED, sourceId);
    if (unit) return supplyOf(flowOf(RED), unit);
    if (gated) throw new UpsError('config-missing', { property: 'ups' });
    return undefined;
}

async function wake(
    RED: NodeAPI,
    network: NetNetwork,
    config: UpsWolConfig,
    settings: Settings,
    context: JobContext,
): Promise<JobOutcome> {
    const { hosts, gate: gateSettings } = settings;
    const { again, clock } = context;
    const supply = supplyFor(RED, config, gateSettings !== undefined, context.message.event.sourceId);
    const kept = context.progress as Progress | undefined;
    const progress: Progress = kept ?? { gate: mainsReturned(supply, context), wake: { begun: {}, settled: {} } };
    // The hosts that were up stay so; all else waits for the new return of the mains.
    if (again) Object.assign(progress, { gate: {}, wake: { begun: {}, settled: upOf(progress.wake) } });
    progress.wake.since ??= again ? momentNow(clock) : toldAt(context);
    const save = () => context.saveProgress(progress);
    const stop = new AbortController();
    const signal = AbortSignal.any([context.signal, stop.signal]);
    const gate = supply && new SupplyGate(supply, gateSettings ?? OPEN, progress.gate, save);
    const unguard = gate?.guard(() => stop.abort(new UpsError('mains-failed-again')));
    let outcomes: WakeOutcome[] = [];
    let waking: StagedWake | undefined;
    try {
        if (gate && (gateSettings || again))
            await gate.open(signal, (missing) => context.status(wordsFor(RED).sentence(missing)));
        const packets = new UdpPackets(network, settings.addresses, settings.copies);
        const prober = new NetProber(clock);
        const words = (error: unknown) => errorText(context.words, error);
        waking = new StagedWake(clock, packets, prober, patient(settings, context), progress.wake, save, words);
        outcomes = await waking.run(hosts, signal, context.status);
    } catch (error) {
        if (!endCode(error)) throw error;
    } finally {
        unguard?.();
    }
    // Told at once: a packet is all that can be known of a host that nobody asks.
    const unsure = waking?.unsure(hosts).length ? waking : undefined;
    const rest = unsure && (() => unsure.sendAgain(hosts, context.signal));
    return report(settings, outcomes, endOf(signal), rest, context.words);
}

/** Hosts that are up, or were when last looked at: the second outage has not reached them, or all would be woken anew. */
function upOf({ settled }: WakeProgress): WakeProgress['settled'] {
    return Object.fromEntries(Object.entries(settled).filter(([, { ok }]) => ok));
}

/** Nobody was shut down by a button. */
function patient(settings: Settings, { message: { event } }: JobContext): WakeSettings {
    const button = !event.episode && (event.active || event.id === 'test');
    return button ? { ...settings, shutdownSeconds: 0 } : settings;
}

const OPEN: GateSettings = { chargePercent: 0, mainsSeconds: 0, limitSeconds: 0 };

/**
 * The mains are back since the end of the outage that runs this job, not since we look. Should they have failed again before we look, that
 * counts as such: the end of that outage will bring another message.
 */
function mainsReturned(supply: SupplySource | undefined, context: JobContext): GateProgress {
    const { id, active, source } = context.message.event;
    if (id !== 'power-fail' || active || source !== supply?.name) return {};
    return { mainsSince: toldAt(context) };
}

/** When the edge came about. A stamp that lies ahead (the clock was set back) counts as now. */
function toldAt({ message, clock }: JobContext): Moment {
    return momentNow(clock, Math.max(0, clock.now() - message.event.at));
}

function report(
    settings: Settings,
    outcomes: WakeOutcome[],
    end: EndCode | undefined,
    rest: JobOutcome['rest'],
    words: Words,
): JobOutcome {
    const total = settings.hosts.length;
    const good = outcomes.filter(({ ok }) => ok);
    const bad = outcomes.filter(({ ok }) => !ok);
    const tell = ({ name: host, state, seconds }: WakeOutcome) =>
        words.sentence(own(`host.${state}`, { host, time: { seconds } }));
    const shown = outcomes.slice(0, 10).map(tell);
    if (outcomes.length > shown.length) shown.push('…');
    const outcome: JobOutcome = {
        summary: [describe(settings, words), shown.join(', ')].filter(Boolean).join(': '),
        attempts: Math.max(1, ...outcomes.map(({ packets }) => packets)),
        detail: outcomes,
        rest,
    };
    const stopped = good.length < total && end;
    if (stopped) throw new JobFailure(new UpsError(stopped, { done: good.length, total }), outcome);
    const [first] = bad;
    if (!first) return outcome;
    throw new JobFailure(
        new UpsError('hosts-failed', { failed: bad.length, total, first: first.error ?? first.name }),
        outcome,
    );
}
