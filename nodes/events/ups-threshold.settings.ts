import { declareNode, invalid, isEnv, ownFault, section, special, text, tick } from '../../lib/core/settings';
import { escalates, levelFault, type ThresholdLevelConfig } from '../../lib/core/thresholds/config';
import { chosenUps } from '../shared/fields/ups';
import { watched } from '../shared/fields/watched';

const hasEnv = (level: object) => Object.values(level).some(isEnv);

/** The warning or the alarm; a level that a flow lacks is off. */
function level(low: number, recoveryLow: number) {
    return special<ThresholdLevelConfig | undefined>({
        initial: { enabled: true, comparison: 'less-than', low, recoveryLow, seconds: 0, latch: false },
        empty: { value: undefined },
        read(raw, _sibling, stored = false) {
            if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return { fault: invalid('level', raw) };
            const given = raw as ThresholdLevelConfig;
            if (stored && hasEnv(given)) return { value: given };
            const rule = levelFault(given);
            return rule === undefined ? { value: given } : { fault: ownFault(rule) };
        },
        schema: { type: 'object' },
    });
}

type Levels = Readonly<Record<'warning' | 'alarm', ThresholdLevelConfig | undefined>>;

function alarmFault({ warning, alarm }: Levels) {
    if (!warning?.enabled && !alarm?.enabled) return ownFault('none');
    if (!warning?.enabled || !alarm?.enabled || hasEnv(warning) || hasEnv(alarm)) return undefined;
    return escalates(warning, alarm) ? undefined : ownFault('escalation');
}

function eventsOf({ warning, alarm }: Levels): string[] {
    return [...(warning?.enabled ? ['warning'] : []), ...(alarm?.enabled ? ['alarm'] : [])];
}

export const settings = declareNode({
    type: 'ups-threshold',
    family: 'events',
    ports: { inputs: 1, outputs: ['event'] },
    role: { source: (own) => ({ events: eventsOf(own) }), eventPrefix: 'threshold-' },
    sections: [
        section('', {
            ups: chosenUps(),
            value: watched(),
            // Its name, as the status has it under `channels`.
            channel: text({ icon: 'list', required: true, when: { value: 'channel' } }),
            atLimit: tick({ icon: 'arrows-v', default: false }),
        }),
        section('warning', { warning: level(40, 45) }),
        section('alarm', { alarm: level(15, 20) }),
    ],
    checks: { alarm: alarmFault },
});
