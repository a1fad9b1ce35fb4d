import type { Clock } from '../../core/clock';
import { UpsError, asUpsError } from '../../core/errors';
import { momentNow, msSince, type Moment, type Stamp } from '../../core/moment';
import { endCode } from '../../core/commands/end-code';
import { probeName, type Prober } from '../shared/probe';
import type { WakeHost } from './hosts';
import { magicPacket, type PacketSender } from './magic-packet';
import { parseMac } from '../../core/addresses/mac';
import { check, wait } from './abortable-wait';

export interface WakeSettings {
    secureOn?: Uint8Array;
    /** Seconds between two hosts, counted from when the previous one was up (with `waitForEach` off: from its first packet). */
    gapSeconds: number;
    /** Seconds between packets until the host answers. */
    repeatSeconds: number;
    /** Seconds from the first packet until the host counts as not woken. */
    limitSeconds: number;
    /** Time limit of one probe. */
    probeSeconds: number;
    /** The next host starts only when this one is up or given up. */
    waitForEach: boolean;
    /** A host that does not come up ends the waking: the hosts after it depend on it. */
    stopOnFailure: boolean;
    /**
     * Seconds after `WakeProgress.since` during which a host may still be shutting down. In this time an answer counts only from
     * a host that was seen down; a host without a probe gets its packets once more after this time. Default `SHUTDOWN_SECONDS`.
     */
    shutdownSeconds?: number;
}

/** Shutdown time of a server [inferred: service managers give a service up to 90 s to stop]. */
export const SHUTDOWN_SECONDS = 120;

export type WakeState = 'sent' | 'up' | 'already-up' | 'no-answer' | 'failed' | 'stopped';

export interface WakeOutcome {
    name: string;
    mac: string;
    ok: boolean;
    state: WakeState;
    /** Number of times that packets were sent to the host. */
    packets: number;
    /** Seconds from the first packet to the answer, or to the limit. */
    seconds: number;
    /** The probe that was used. */
    asked?: string;
    error?: string;
}

/** State for a restart, by MAC address. */
export interface WakeProgress {
    /** First packet to each unsettled host; `sent`: at least one packet was sent; `down`: the host was seen down since. */
    begun: Record<string, Moment & { packets: number; sent?: boolean; down?: boolean }>;
    settled: Record<string, WakeOutcome>;
    /** Time after which no host is told to shut down; default: the first run. */
    since?: Stamp;
    /** Start of the gap before the next host. */
    gapSince?: Stamp;
}

/** Longest time between two probes, even if packets are sent less often. */
const LONGEST_PROBE_INTERVAL_MS = 5000;

/** Wakes hosts in order and probes them until they answer. Every host gets at least one packet, even if it seems to be up. */
export class StagedWake {
    /** Monotonic ms at which a host that was told to shut down counts as down. */
    private goneDownAt = 0;

    constructor(
        private readonly clock: Clock,
        private readonly packets: PacketSender,
        private readonly prober: Prober,
        private readonly settings: WakeSettings,
        private readonly progress: WakeProgress,
        private readonly save: () => void,
        /** Translates a failure to a sentence. */
        private readonly words: (error: unknown) => string,
    ) {}

    /**
     * Resolves with one outcome per host, in order. Failing hosts are outcomes, not errors; a host that was served before a
     * restart keeps its outcome. If `signal` aborts because the event has ended (see `endCode`), hosts that are not yet up are
     * `stopped`.
     * @throws UpsError interrupted; errors of `save`
     */
    async run(hosts: readonly WakeHost[], signal: AbortSignal, tell: (text: string) => void): Promise<WakeOutcome[]> {
        this.progress.since ??= momentNow(this.clock);
        this.goneDownAt = this.clock.monotonic() + this.shutdownMs - this.since(this.progress.since);
        const underWay: Promise<void>[] = [];
        // An error that is not an outcome of its host ends the whole run.
        const broken = new AbortController();
        const all = AbortSignal.any([signal, broken.signal]);
        let failure: Error | undefined;
        const fail = (error: unknown) => {
            failure ??= asUpsError(error, 'command-failed', { command: 'wake' });
            broken.abort(failure);
        };
        try {
            for (const [index, host] of hosts.entries()) {
                if (this.progress.settled[host.mac]) continue;
                if (this.settings.stopOnFailure && hosts.some(({ mac }) => this.progress.settled[mac]?.ok === false))
                    break;
                await this.gap(all);
                check(all);
                tell(`${index + 1}/${hosts.length} ${host.name}`);
                const turn = this.wake(host, all).catch(fail);
                underWay.push(turn);
                if (this.settings.waitForEach) await turn;
                check(all);
                this.progress.gapSince = momentNow(this.clock);
                this.save();
            }
        } catch (error) {
            fail(error);
        }
        await Promise.all(underWay);
        if (failure !== undefined && !isStop(failure)) throw failure;
        return hosts.map(
            ({ mac, name, probe }) =>
                this.progress.settled[mac] ??
                (this.isSent(mac) && !probe ? this.outcome({ mac, name }, 'sent') : undefined) ?? {
                    name,
                    mac,
                    ok: false,
                    state: 'stopped',
                    packets: this.progress.begun[mac]?.packets ?? 0,
                    seconds: 0,
                    ...(probe ? { asked: probeName(probe) } : {}),
                    error: 'stopped',
                },
        );
    }

    private async gap(signal: AbortSignal): Promise<void> {
        const { gapSince } = this.progress;
        if (gapSince === undefined) return;
        const left = this.settings.gapSeconds * 1000 - this.since(gapSince);
        if (left > 0) await wait(this.clock, left, signal);
    }

    private async wake(host: WakeHost, signal: AbortSignal): Promise<void> {
        const { mac, probe } = host;
        const limitMs = this.settings.limitSeconds * 1000;
        // After a restart: the host may have come up in the meantime.
        if (probe && this.progress.begun[mac] && (await this.isUp(host, signal))) return this.settleUp(host);
        check(signal);
        if (this.progress.settled[mac] || (!probe && this.isSent(mac))) return;
        const begun = (this.progress.begun[mac] ??= { ...momentNow(this.clock), packets: 0 });
        const startedAt = this.clock.monotonic() - this.since(begun);
        // If the time ran out while this process was not running, the host gets one more attempt.
        let deadline = Math.max(startedAt + limitMs, this.clock.monotonic() + LONGEST_PROBE_INTERVAL_MS);
        let trouble: unknown;
        let firstQuestion = true;
        for (let nextPacketAt = this.clock.monotonic(); ;) {
            if (this.progress.settled[mac]) return;
            if (this.clock.monotonic() >= deadline) {
                return this.settle(host, trouble === undefined ? 'no-answer' : 'failed', trouble);
            }
            if (this.clock.monotonic() >= nextPacketAt) {
                trouble = await this.send(host, signal);
                nextPacketAt = this.clock.monotonic() + this.settings.repeatSeconds * 1000;
                if (!probe && trouble === undefined) return this.sent(host);
            }
            const now = this.clock.monotonic();
            const next = Math.min(nextPacketAt - now, LONGEST_PROBE_INTERVAL_MS, deadline - now);
            if (!firstQuestion) await wait(this.clock, next, signal);
            firstQuestion = false;
            if (probe && (await this.isUp(host, signal))) return this.settleUp(host);
            check(signal);
            // The host answers but may be shutting down: its time limit has not started yet.
            if (probe && !begun.down) deadline = Math.max(deadline, this.clock.monotonic() + limitMs);
        }
    }

    private get shutdownMs(): number {
        return (this.settings.shutdownSeconds ?? SHUTDOWN_SECONDS) * 1000;
    }

    private isSent(mac: string): boolean {
        return this.progress.begun[mac]?.sent === true;
    }

    /** Settles a host without a probe, unless it may still be shutting down and has missed the packets. */
    private sent(host: WakeHost): void {
        if (this.clock.monotonic() >= this.goneDownAt) this.settle(host, 'sent');
        else this.save();
    }

    private settleUp(host: WakeHost): void {
        this.settle(host, this.progress.begun[host.mac]?.down ? 'up' : 'already-up');
    }

    /** Hosts without a probe that may still have been shutting down when `run` sent the packets. */
    mayHaveMissedPackets(hosts: readonly WakeHost[]): WakeHost[] {
        return hosts.filter(({ mac, probe }) => !probe && !this.progress.settled[mac] && this.isSent(mac));
    }

    /** Sends to these hosts once more when they must be down. @throws the signal's reason; errors of `save` */
    async sendAgain(hosts: readonly WakeHost[], signal: AbortSignal): Promise<void> {
        const left = this.mayHaveMissedPackets(hosts);
        await wait(this.clock, Math.max(0, this.goneDownAt - this.clock.monotonic()), signal);
        const until = this.clock.monotonic() + this.settings.limitSeconds * 1000;
        const sendOne = async (host: WakeHost) => {
            while ((await this.send(host, signal)) !== undefined && this.clock.monotonic() < until) {
                await wait(this.clock, this.settings.repeatSeconds * 1000, signal);
            }
            // The earlier packets may have been enough: a failed repetition is not a failure of the host.
            this.settle(host, 'sent');
        };
        await Promise.all(left.map(sendOne));
    }

    /** Whether the host answers and cannot be shutting down. */
    private async isUp(host: WakeHost, signal: AbortSignal): Promise<boolean> {
        const answers = (await this.ask(host, signal)) || (await this.probeAgain(host, signal));
        const begun = this.progress.begun[host.mac];
        if (answers) return begun?.down === true || this.clock.monotonic() >= this.goneDownAt;
        if (begun && !begun.down && !signal.aborted) {
            begun.down = true;
            this.save();
        }
        return false;
    }

    /** One probe may get lost: two missing answers are needed before a host counts as down for the first time. */
    private async probeAgain(host: WakeHost, signal: AbortSignal): Promise<boolean> {
        const begun = this.progress.begun[host.mac];
        return begun !== undefined && !begun.down && !signal.aborted && this.ask(host, signal);
    }

    /** @returns the reason if sending failed: the network may still be starting, so the run continues */
    private async send({ mac }: WakeHost, signal: AbortSignal): Promise<unknown> {
        check(signal);
        const begun = this.progress.begun[mac]!;
        begun.packets++;
        this.save();
        try {
            await this.packets.send(magicPacket(parseMac(mac), this.settings.secureOn));
            begun.sent = true;
            return undefined;
        } catch (error) {
            return error;
        }
    }

    private async ask(host: WakeHost, signal: AbortSignal): Promise<boolean> {
        try {
            const up = await this.prober.ask(host.probe!, this.settings.probeSeconds * 1000, signal);
            return up && !signal.aborted;
        } catch (error) {
            check(signal);
            // The probe itself failed, so the result of the packets is unknown: this is the outcome.
            this.settle(host, 'failed', error);
            return false;
        }
    }

    private settle(host: WakeHost, state: WakeState, trouble?: unknown): void {
        const { mac } = host;
        if (this.progress.settled[mac]) return;
        this.progress.settled[mac] = this.outcome(host, state, trouble);
        delete this.progress.begun[mac];
        this.save();
    }

    private outcome({ mac, name, probe }: WakeHost, state: WakeState, trouble?: unknown): WakeOutcome {
        const begun = this.progress.begun[mac];
        const ok = state === 'sent' || state === 'up' || state === 'already-up';
        const { limitSeconds } = this.settings;
        const error =
            trouble !== undefined
                ? this.words(asUpsError(trouble, 'command-failed', { command: 'wake' }))
                : state === 'no-answer' && probe
                  ? this.words(
                        new UpsError('not-woken', { host: name, asked: probeName(probe), seconds: limitSeconds }),
                    )
                  : undefined;
        return {
            name,
            mac,
            ok,
            state,
            packets: begun?.packets ?? 0,
            seconds: begun && state !== 'sent' ? Math.round(this.since(begun) / 1000) : 0,
            ...(probe ? { asked: probeName(probe) } : {}),
            ...(error === undefined ? {} : { error }),
        };
    }

    /** Clock ms since then, independent of changes of the wall clock. */
    private since(stamp: Stamp): number {
        return msSince(this.clock, stamp) * this.clock.speed;
    }
}

function isStop(error: unknown): boolean {
    return endCode(error) !== undefined;
}
