import type { Verdict } from '../events/rules';
import { POLLS_TO_WAIT, type DevicePath } from './device-path';

/** Paths are polled at different times: how long they may differ, clock ms. */
const DISAGREE_MS = 10_000;

/**
 * Decides from all paths to one UPS whether its mains are present. The leader decides. If it cannot see the mains, another path decides; if
 * another path contradicts it, people are informed.
 */
export class MainsArbiter {
    private apartSince: number | undefined;

    /** The verdict that counts. @param healthy paths that answer, the leader first */
    verdict(leader: DevicePath, healthy: readonly DevicePath[]): Verdict | undefined {
        const other = healthy.find((path) => path !== leader && !path.blind && path.verdict);
        if (leader.blind) return other?.verdict ?? leader.verdict;
        return leader.verdict ?? (other?.verdict?.active ? other.verdict : undefined);
    }

    /** Reports what people must know about the paths. @param now clock ms */
    look(
        healthy: readonly DevicePath[],
        now: number,
        tell: (id: 'outages-unseen' | 'paths-disagree', verdict: Verdict) => void,
    ): void {
        const unseen = this.unseen(healthy);
        const disagree = this.disagree(healthy, now);
        if (unseen) tell('outages-unseen', unseen);
        if (disagree) tell('paths-disagree', disagree);
    }

    /** Whether an outage would be seen at all; undefined: no path answers, or it is too early to say. */
    sees(healthy: readonly DevicePath[]): boolean | undefined {
        if (healthy.some((path) => path.sees)) return true;
        return healthy.length > 0 && healthy.every((path) => path.blind) ? false : undefined;
    }

    private unseen(healthy: readonly DevicePath[]): Verdict | undefined {
        const sees = this.sees(healthy);
        if (sees === undefined) return undefined;
        const blind = !sees;
        const values = { paths: healthy.map(({ name }) => name).join('; ') };
        return { active: blind, rule: blind ? 'no source, no alarm, no count of seconds' : 'mains are told', values };
    }

    /** Whether two paths contradict each other for longer than their polls may lie apart. @param now clock ms */
    private disagree(healthy: readonly DevicePath[], now: number): Verdict | undefined {
        const telling = healthy.filter((path) => !path.blind && path.verdict);
        const outage = telling.find(({ verdict }) => verdict!.active);
        const mains = telling.find(({ verdict }) => !verdict!.active);
        if (!outage || !mains) {
            this.apartSince = undefined;
            return { active: false, rule: 'paths agree', values: {} };
        }
        this.apartSince ??= now;
        const patience = Math.max(DISAGREE_MS, POLLS_TO_WAIT * Math.max(outage.intervalMs, mains.intervalMs));
        if (now - this.apartSince < patience) return undefined;
        const values = {
            outage: `${outage.name}: ${outage.verdict!.rule}`,
            mains: `${mains.name}: ${mains.verdict!.rule}`,
        };
        return { active: true, rule: 'paths tell opposite things', values };
    }
}
