import type { Node, NodeAPI } from 'node-red';
import { parseSecureOn } from '../../lib/core/addresses/mac';
import { UpsError } from '../../lib/core/errors';
import type { Sentence, SentenceData } from '../../lib/core/language/sentence';
import type { Words } from '../../lib/core/language/words';
import { momentNow, type Moment } from '../../lib/core/moment';
import { endCode, endOf, type EndCode } from '../../lib/core/commands/end-code';
import type { SupplySource } from '../../lib/core/commands/supply';
import type { SettingsOf } from '../../lib/core/settings';
import type { UpsUnit } from '../../lib/core/unit/ups-unit';
import { isUnit, supplyOf } from '../../lib/flow/supply';
import type { Host } from '../../lib/protocols/shared/host';
import { hostKey } from '../../lib/protocols/shared/hosts';
import { NetNetwork } from '../../lib/protocols/shared/net-network';
import { NetProber } from '../../lib/protocols/shared/probe';
import { SupplyGate, type GateProgress, type GateSettings } from '../../lib/protocols/wol/supply-gate';
import { parseMacs, parseRows, type WakeHost } from '../../lib/protocols/wol/hosts';
import { UdpPackets, parseAddresses } from '../../lib/protocols/wol/magic-packet';
import {
    StagedWake,
    type WakeOutcome,
    type WakeProgress,
    type WakeSettings,
} from '../../lib/protocols/wol/staged-wake';
import { checkSettings } from '../shared/settings/check-settings';
import { defineJob } from '../shared/job/define-job';
import { flowOf } from '../shared/runtime/flow-of';
import { JobFailure, type JobContext, type JobOutcome } from '../shared/job/job';
import { whenFlowsStarted } from '../shared/runtime/flow-start';
import { errorText, wordsFor } from '../shared/words/texts';
import { unitOf } from '../shared/config/unit-of';
import { sourcesBefore } from '../shared/runtime/wiring';
import { settings } from './ups-wol.settings';

type Own = SettingsOf<typeof settings>;

interface Plan extends WakeSettings {
    hosts: WakeHost[];
    addresses: Host[];
    copies: number;
    gate: GateSettings | undefined;
}

interface Progress {
    gate: GateProgress;
    wake: WakeProgress;
}

const PROBE_SECONDS = 2;

export = (RED: NodeAPI) => {
    const network = new NetNetwork();
    defineJob(RED, settings, ({ node, settings: own }) => {
        const plan = planOf(own);
        whenFlowsStarted(RED, node, () => {
            // Runs when all sources of the deploy have begun.
            queueMicrotask(() => checkSettings(RED, node, () => assertSupply(RED, node, own)));
        });
        return {
            acts: true,
            total: () => plan.hosts.length,
            describe: (context) => {
                supplyFor(RED, own, context.message.event.sourceId);
                return describe(plan, context.words);
            },
            run: (context) => wake(RED, network, own, plan, context),
        };
    });
};

function planOf(own: Own): Plan {
    const staged = own.mode === 'staged';
    return {
        hosts: staged ? parseRows(own.hosts) : parseMacs(own.mac),
        addresses: parseAddresses(own.address, own.port),
        copies: own.copies,
        secureOn: parseSecureOn(own.secureOn),
        gapSeconds: staged ? own.gap : 0,
        repeatSeconds: own.repeat,
        limitSeconds: own.limit,
        probeSeconds: PROBE_SECONDS,
        shutdownSeconds: own.shutdownSeconds,
        waitForEach: own.waitForEach && staged,
        stopOnFailure: own.stopOnFailure && staged,
        gate: own.gate
            ? { chargePercent: own.gateCharge, mainsSeconds: own.gateMains, limitSeconds: own.gateLimit }
            : undefined,
    };
}

const sentence = (key: string, data: SentenceData): Sentence => ({ key: `ups-wol.said.${key}`, data });

function describe({ hosts, addresses, gate }: Plan, words: Words): string {
    const names = hosts.slice(0, 5).map(({ name }) => name);
    if (hosts.length > names.length) names.push('…');
    const summary = sentence('summary', {
        count: hosts.length,
        hosts: names.join(', '),
        addresses: addresses.map(hostKey).join(', '),
    });
    if (!gate) return words.sentence(summary);
    const { chargePercent: percent, mainsSeconds: seconds } = gate;
    return words.sentence(sentence('gate', { summary, percent, time: { seconds } }));
}

function unitBehind(RED: NodeAPI, sourceId: string): UpsUnit | undefined {
    const told = flowOf(RED).registry.source(sourceId);
    const source = told?.standsFor ? flowOf(RED).registry.source(told.standsFor) : told;
    return isUnit(source) ? source : undefined;
}

/**
 * Checks at the deploy that the conditions for a wake-up have a UPS. Without a chosen UPS that of the event is used, but a marker or a
 * sensor has none. @throws UpsError config-missing
 */
function assertSupply(RED: NodeAPI, node: Node, { ups, gate }: Own): void {
    if (ups) unitOf(RED, ups);
    else if (gate && sourcesBefore(RED, node).some((id) => !unitBehind(RED, id)))
        throw new UpsError('config-missing', { property: 'ups' });
}

/** The UPS for the conditions: the chosen one, or else that of the event. @throws UpsError config-missing */
function supplyFor(RED: NodeAPI, { ups, gate }: Own, sourceId: string): SupplySource | undefined {
    if (ups) return supplyOf(flowOf(RED), unitOf(RED, ups).unit);
    const unit = unitBehind(RED, sourceId);
    if (unit) return supplyOf(flowOf(RED), unit);
    if (gate) throw new UpsError('config-missing', { property: 'ups' });
    return undefined;
}

async function wake(RED: NodeAPI, network: NetNetwork, own: Own, plan: Plan, context: JobContext): Promise<JobOutcome> {
    const { hosts, gate: gateSettings } = plan;
    const { again, clock } = context;
    const supply = supplyFor(RED, own, context.message.event.sourceId);
    const kept = context.progress as Progress | undefined;
    const progress: Progress = kept ?? { gate: mainsReturned(supply, context), wake: { begun: {}, settled: {} } };
    // Hosts that were up stay up; for all others the job waits for the new return of the mains.
    if (again) Object.assign(progress, { gate: {}, wake: { begun: {}, settled: hostsUp(progress.wake) } });
    progress.wake.since ??= again ? momentNow(clock) : edgeMoment(context);
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
        const packets = new UdpPackets(network, plan.addresses, plan.copies);
        const prober = new NetProber(clock);
        const words = (error: unknown) => errorText(context.words, error);
        waking = new StagedWake(clock, packets, prober, wakeSettings(plan, context), progress.wake, save, words);
        outcomes = await waking.run(hosts, signal, context.status);
    } catch (error) {
        if (!endCode(error)) throw error;
    } finally {
        unguard?.();
    }
    // The outcome is reported at once: without a check, only the sent packet is known.
    const unsure = waking?.mayHaveMissedPackets(hosts).length ? waking : undefined;
    const rest = unsure && (() => unsure.sendAgain(hosts, context.signal));
    return report(plan, outcomes, endOf(signal), rest, context.words);
}

/** Hosts that are up, or were at the last check: the second outage has not reached them, otherwise all hosts would be woken again. */
function hostsUp({ settled }: WakeProgress): WakeProgress['settled'] {
    return Object.fromEntries(Object.entries(settled).filter(([, { ok }]) => ok));
}

/** The settings of this run: after a button no host has been shut down before. */
function wakeSettings(plan: Plan, { message: { event } }: JobContext): WakeSettings {
    const button = !event.episode && (event.active || event.id === 'test');
    return button ? { ...plan, shutdownSeconds: 0 } : plan;
}

const OPEN: GateSettings = { chargePercent: 0, mainsSeconds: 0, limitSeconds: 0 };

/**
 * The mains are back since the end of the outage that runs this job, not since the first check. If they fail again before that check, the
 * end of that outage brings another message.
 */
function mainsReturned(supply: SupplySource | undefined, context: JobContext): GateProgress {
    const { id, active, source } = context.message.event;
    if (id !== 'power-fail' || active || source !== supply?.name) return {};
    return { mainsSince: edgeMoment(context) };
}

/** The moment of the edge. A time in the future (the clock was set back) counts as now. */
function edgeMoment({ message, clock }: JobContext): Moment {
    return momentNow(clock, Math.max(0, clock.now() - message.event.at));
}

function report(
    plan: Plan,
    outcomes: WakeOutcome[],
    end: EndCode | undefined,
    rest: JobOutcome['rest'],
    words: Words,
): JobOutcome {
    const total = plan.hosts.length;
    const good = outcomes.filter(({ ok }) => ok);
    const bad = outcomes.filter(({ ok }) => !ok);
    const tell = ({ name: host, state, seconds }: WakeOutcome) =>
        words.sentence(sentence(`host.${state}`, { host, time: { seconds } }));
    const shown = outcomes.slice(0, 10).map(tell);
    if (outcomes.length > shown.length) shown.push('…');
    const outcome: JobOutcome = {
        summary: [describe(plan, words), shown.join(', ')].filter(Boolean).join(': '),
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
