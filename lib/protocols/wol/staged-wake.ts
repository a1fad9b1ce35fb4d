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
    /** Between two hosts, counted from when the one before it was up (or, with `waitForEach` off, was first sent to). */
    gapSeconds: number;
    /** Packets are sent again after so many seconds until the host answers. */
    repeatSeconds: number;
    /** From the first packet to a host; then it counts as not woken. */
    limitSeconds: number;
    /** How long one question may take. */
    probeSeconds: number;
    /** The next host's turn comes only when this one is up, or given up. */
    waitForEach: boolean;
    /** A host that does not come up ends the waking: those after it need it. */
    stopOnFailure: boolean;
    /**
     * So long after `WakeProgress.since` a host that was told to shut down may still be on its way down: an answer counts only past it, or
     * from a host that was seen down; one that nobody asks is sent to once more then. Default `SHUTDOWN_SECONDS`.
     */
    shutdownSeconds?: number;
}

/** What a server takes to shut down. Inferred: service managers give a stubborn service 90 s. */
export const SHUTDOWN_SECONDS = 120;

export type WakeState = 'sent' | 'up' | 'already-up' | 'no-answer' | 'failed' | 'stopped';

export interface WakeOutcome {
    name: string;
    mac: string;
    ok: boolean;
    state: WakeState;
    /** Times that packets were sent to it. */
    packets: number;
    /** From its first packet to its answer, or to the end of patience. */
    seconds: number;
    /** How it was asked. */
    asked?: string;
    error?: string;
}

/** What a restart has to know, by MAC. */
export interface WakeProgress {
    /** The first packet to hosts that are not settled; `sent`: one has left; `down`: it was seen down since. */
    begun: Record<string, Moment & { packets: number; sent?: boolean; down?: boolean }>;
    settled: Record<string, WakeOutcome>;
    /** Since when no host is told to shut down any more; default: the first run. */
    since?: Stamp;
    /** From when the gap before the next host counts. */
    gapSince?: Stamp;
}

/** A host is asked at least so often while packets are repeated more slowly. */
const LONGEST_BETWEEN_QUESTIONS_MS = 5000;

/** Wakes hosts in order, and asks until they answer. Each is sent to at least once, also one that seems up. */
export class StagedWake {
    /** Monotonic ms from which a host that was told to shut down counts as down. */
    private goneDownAt = 0;

    constructor(
        private readonly clock: Clock,
        private readonly packets: PacketSender,
        private readonly prober: Prober,
        private readonly settings: WakeSettings,
        private readonly progress: WakeProgress,
        private readonly save: () => void,
        /** A failure as a sentence. */
        private readonly words: (error: unknown) => string,
    ) {}

    /**
     * One outcome per host, in their order. Hosts that fail are outcomes, not errors; a host that was served before a restart keeps
     * its outcome. When `signal` is given for the end of the event (see `endCode`), the hosts not yet up are `stopped`.
     * @throws UpsError interrupted; what `save` throws
     */
    async run(hosts: readonly WakeHost[], signal: AbortSignal, tell: (text: string) => void): Promise<WakeOutcome[]> {
        this.progress.since ??= momentNow(this.clock);
        this.goneDownAt = this.clock.monotonic() + this.shutdownMs - this.since(this.progress.since);
        const underWay: Promise<void>[] = [];
        // What ends one host's turn by an error, not by an outcome, ends all.
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
        // After a restart it may have come up meanwhile.
        if (probe && this.progress.begun[mac] && (await this.isUp(host, signal))) return this.settleUp(host);
        check(signal);
        if (this.progress.settled[mac] || (!probe && this.isSent(mac))) return;
        const begun = (this.progress.begun[mac] ??= { ...momentNow(this.clock), packets: 0 });
        const startedAt = this.clock.monotonic() - this.since(begun);
        // One whose time ran out while nobody was there has one more try.
        let deadline = Math.max(startedAt + limitMs, this.clock.monotonic() + LONGEST_BETWEEN_QUESTIONS_MS);
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
            const next = Math.min(nextPacketAt - now, LONGEST_BETWEEN_QUESTIONS_MS, deadline - now);
            if (!firstQuestion) await wait(this.clock, next, signal);
            firstQuestion = false;
            if (probe && (await this.isUp(host, signal))) return this.settleUp(host);
            check(signal);
            // It answers, but may be on its way down: its time to come up has not begun.
            if (probe && !begun.down) deadline = Math.max(deadline, this.clock.monotonic() + limitMs);
        }
    }

    private get shutdownMs(): number {
        return (this.settings.shutdownSeconds ?? SHUTDOWN_SECONDS) * 1000;
    }

    private isSent(mac: string): boolean {
        return this.progress.begun[mac]?.sent === true;
    }

    /** A host that nobody asks has had its packets, which it has not heard if it was still on its way down. */
    private sent(host: WakeHost): void {
        if (this.clock.monotonic() >= this.goneDownAt) this.settle(host, 'sent');
        else this.save();
    }

    private settleUp(host: WakeHost): void {
        this.settle(host, this.progress.begun[host.mac]?.down ? 'up' : 'already-up');
    }

    /** Hosts that nobody asks and that may still have been on their way down when `run` sent to them. */
    unsure(hosts: readonly WakeHost[]): WakeHost[] {
        return hosts.filter(({ mac, probe }) => !probe && !this.progress.settled[mac] && this.isSent(mac));
    }

    /** Sends to those once more, when they must be down. @throws what the signal was given for; what `save` throws */
    async sendAgain(hosts: readonly WakeHost[], signal: AbortSignal): Promise<void> {
        const left = this.unsure(hosts);
        await wait(this.clock, Math.max(0, this.goneDownAt - this.clock.monotonic()), signal);
        const until = this.clock.monotonic() + this.settings.limitSeconds * 1000;
        const sendOne = async (host: WakeHost) => {
            while ((await this.send(host, signal)) !== undefined && this.clock.monotonic() < until) {
                await wait(this.clock, this.settings.repeatSeconds * 1000, signal);
            }
            // What went out before may have been enough: that it could not be repeated is no failure.
            this.settle(host, 'sent');
        };
        await Promise.all(left.map(sendOne));
    }

    /** Whether it answers, and is not merely on its way down. */
    private async isUp(host: WakeHost, signal: AbortSignal): Promise<boolean> {
        const answers = (await this.ask(host, signal)) || (await this.askAgain(host, signal));
        const begun = this.progress.begun[host.mac];
        if (answers) return begun?.down === true || this.clock.monotonic() >= this.goneDownAt;
        if (begun && !begun.down && !signal.aborted) {
            begun.down = true;
            this.save();
        }
        return false;
    }

    /** One question may get lost: it takes two to find a host down that was not seen down before. */
    private async askAgain(host: WakeHost, signal: AbortSignal): Promise<boolean> {
        const begun = this.progress.begun[host.mac];
        return begun !== undefined && !begun.down && !signal.aborted && this.ask(host, signal);
    }

    /** @returns why it could not be sent: the network itself may only just be coming back, so that is no end */
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
            // That nobody can tell what came of its packets is the outcome.
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

    /** Clock ms since then, whatever was done to the wall clock. */
    private since(stamp: Stamp): number {
        return msSince(this.clock, stamp) * this.clock.speed;
    }
}

function isStop(error: unknown): boolean {
    return endCode(error) !== undefined;
}
