import type { GraphEvent, GraphJob } from '../../lib/flow/graph/job-graph';
import type { JobWarning } from '../../lib/flow/graph/job-warnings';
import type { NodeRoles } from '../../lib/flow/graph/node-role';
import { timingsInSequence } from '../../lib/flow/graph/path-timings';
import { formatSeconds } from './durations';
import { labelOf } from './nodes-of-flow';
import { shorten } from '../../lib/core/settings';
import { eventName, t, text } from './texts';

export function graphEventName({ sourceType, event }: GraphEvent, roles: NodeRoles): string {
    if (event === '*') return t('jobs.every');
    return eventName(`${roles[sourceType]?.eventPrefix ?? ''}${event}`);
}

/** The timings before a job, with the labels of their nodes: "after 5 min → at 30 min remaining". */
export function timingWords({ timings }: GraphJob): string {
    const short = (key: string, time: number) => text('ups-timing', `short.${key}`, { time: formatSeconds(time) });
    return timingsInSequence(timings)
        .map(({ mode, seconds, repeat }) => {
            const again = mode !== 'repeat' && repeat > 0 ? short('again', repeat) : '';
            return short(mode, seconds) + again;
        })
        .join(' → ');
}

export function warningWords({ kind, data }: JobWarning): string {
    switch (kind) {
        case 'noCounter': {
            const targets = data.targets.map((target) => (target === '*' ? t('jobs.everybody') : target));
            return t(`jobs.warning.noCounter.${data.does}`, { targets: shorten(targets.join(', '), 80) });
        }
        case 'everyEvent':
        case 'lowOnMains':
        case 'wakesTooEarly':
            return t(`jobs.warning.${kind}`);
        case 'repeatUp':
            return t('jobs.warning.repeatUp', { time: formatSeconds(data.every) });
        case 'contradiction':
            return t('jobs.warning.contradiction', { other: labelOf(data.other) });
        case 'tooLate':
            return data.over
                ? t('jobs.warning.tooLate.over', { hold: data.hold ? formatSeconds(data.hold) : '?' })
                : t('jobs.warning.tooLate.short', { has: formatSeconds(data.has), needs: formatSeconds(data.needs) });
    }
}

/** The number of different warnings: a job that several events run has the same warning several times. */
export function countDifferent(warnings: readonly JobWarning[]): number {
    const keyOf = (warning: JobWarning) =>
        `${warning.kind} ${warning.nodeId} ${warning.kind === 'contradiction' ? warning.data.other : ''}`;
    return new Set(warnings.map(keyOf)).size;
}
