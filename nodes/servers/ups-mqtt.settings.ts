import {
    choice,
    declareNode,
    invalid,
    number,
    ownFault,
    reference,
    rows,
    section,
    text,
    tick,
} from '../../lib/core/settings';

const MODES = ['plain', 'homeassistant', 'sparkplug'] as const;
const BY_TOPIC = { mode: ['plain', 'homeassistant'] } as const;
const SPARKPLUG = { mode: 'sparkplug' } as const;

/** Levels of a topic, without wildcards, not the broker's own (MQTT 3.1.1, section 4.7). */
const PREFIX = /^(?!\$)[^/+#\p{Cc}\s]+(\/[^/+#\p{Cc}\s]+)*$/u;
/** One level: Sparkplug takes `+`, `/` and `#` for no id. */
const LEVEL = /^(?!\$)[^/+#\p{Cc}]+$/u;
const prefixFault = (typed: string) => (PREFIX.test(typed) ? undefined : ownFault('prefix', typed));
const levelFault = (typed: string) => (LEVEL.test(typed) ? undefined : ownFault('level', typed));
const METRIC = /^[\p{L}\p{N}_-]+$/u;
const MOST_DEADBANDS = 100;

export const settings = declareNode({
    type: 'ups-mqtt',
    family: 'servers',
    ports: { inputs: 0, outputs: [] },
    label: ['topicPrefix', 'node'],
    sections: [
        section('', {
            // Empty: all sites.
            site: reference('ups-site', { icon: 'building-o' }),
            broker: reference('mqtt-broker', { icon: 'globe', required: true }),
            mode: choice(MODES, { icon: 'language', default: 'plain' }),
            topicPrefix: text({
                icon: 'tasks',
                default: 'ridethrough',
                most: 200,
                check: prefixFault,
                when: BY_TOPIC,
            }),
            discoveryPrefix: text({
                icon: 'home',
                default: 'homeassistant',
                most: 200,
                check: prefixFault,
                when: { mode: 'homeassistant' },
            }),
            group: text({ icon: 'sitemap', default: 'UPS', most: 100, check: levelFault, when: SPARKPLUG }),
            node: text({ icon: 'server', default: 'ridethrough', most: 100, check: levelFault, when: SPARKPLUG }),
            // Empty: nothing waits for a host.
            primaryHost: text({ icon: 'desktop', most: 100, check: levelFault, when: SPARKPLUG }),
        }),
        section('told', {
            deadbands: rows(
                {
                    // The key of a value, such as `battery_charge`, or a quantity, such as `voltage`.
                    metric: text({
                        required: true,
                        example: 'voltage',
                        most: 100,
                        check: (typed) => (METRIC.test(typed) ? undefined : ownFault('metric', typed)),
                    }),
                    deadband: number({ min: 0, max: 1_000_000, required: true }),
                },
                { icon: 'arrows-v', unique: { column: 'metric', rule: 'metricTwice' } },
            ),
        }),
        section('orders', {
            // Whoever may publish to the broker may command the UPSs.
            commands: tick({ icon: 'pencil', default: false, warn: true }),
        }),
    ],
    checks: {
        deadbands: ({ deadbands }) =>
            deadbands.length > MOST_DEADBANDS
                ? invalid('atMostEntries', deadbands.length, { max: MOST_DEADBANDS })
                : undefined,
    },
});
