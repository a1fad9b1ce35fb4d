import { choice, type Field } from '../../../lib/core/settings';
import { channelId, channelIn } from '../../../lib/core/status/channels';
import { THRESHOLD_VALUES, type ThresholdValueId } from '../../../lib/core/thresholds/values';

/** `channel`: the one that the setting of that name has. Flows may also store `channel:<name>`. */
export type Watched = ThresholdValueId | 'channel' | `channel:${string}`;

const VALUES = THRESHOLD_VALUES.map(({ id }) => id as ThresholdValueId);
const NAMED = '^\\s*channel:\\s*\\S';

/** The values whose ids begin with one of these words. */
const of = (...words: string[]) => words.flatMap((word) => VALUES.filter((id) => id.startsWith(`${word}.`)));

/** The value of a UPS that is watched. */
export function watched(): Field<Watched> {
    const words = choice([...VALUES, 'channel'] as const, {
        icon: 'tachometer',
        default: 'battery.chargePercent',
        groups: {
            battery: of('battery', 'derived'),
            input: of('input', 'bypass'),
            output: of('output'),
            dc: [...of('dc'), 'channel'],
            environment: of('ups', 'environment'),
        },
    });
    return {
        ...words,
        read(raw, sibling) {
            const channel = typeof raw === 'string' ? channelIn(raw.trim()) : undefined;
            return channel === undefined ? words.read(raw, sibling) : { value: `channel:${channel}` };
        },
        schema: () => ({ anyOf: [words.schema(), { type: 'string', pattern: NAMED }] }),
    };
}

/** The id of what is watched, as thresholds know it. */
export function watchedId({ value, channel }: { value: Watched; channel: string }): string {
    return value === 'channel' ? channelId(channel) : value;
}
