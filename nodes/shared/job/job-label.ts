import type { NodeAPI, NodeDef } from 'node-red';
import type { SentenceData } from '../../../lib/core/language/sentence';
import type { Words } from '../../../lib/core/language/words';
import { splitList } from '../../../lib/core/split-list';

type Config = Record<string, unknown>;

/** The texts for a label. */
export interface LabelWords {
    /** A text of the catalogue of the node's type. */
    t(key: string, data?: SentenceData): string;
    /** The name of the config node with that id, or an empty string. */
    nameOf(id: string): string;
}

const text = (value: unknown): string =>
    Array.isArray(value)
        ? value.filter((each) => typeof each === 'string').join(', ')
        : typeof value === 'string' || typeof value === 'number'
          ? String(value)
          : '';

const shorten = (value: unknown, length = 30): string => {
    const line = text(value).trim();
    return line.length > length ? `${line.slice(0, length - 1)}…` : line;
};

const count = (n: number): string => (n === 0 ? 'none' : n === 1 ? 'one' : 'several');

const withUnit = ({ ups }: Config, { t, nameOf }: LabelWords): string => {
    const name = nameOf(text(ups));
    return name ? `${t('palette')}: ${name}` : t('palette');
};

const withRecipient = ({ to }: Config, { t }: LabelWords): string =>
    text(to) ? `${t('palette')} → ${shorten(to)}` : t('palette');

/** The same labels as in the editor, so that the log names a job as the canvas does. */
const LABELS: Readonly<Record<string, (config: Config, words: LabelWords) => string>> = {
    'ups-aux-switch': ({ port, action }, { t }) =>
        port ? `${text(port)} ${t(`short.${text(action)}`)}` : t('palette'),
    'ups-buzzer': (_config, { t }) => t('palette'),
    'ups-email': withRecipient,
    'ups-email-trap': withRecipient,
    'ups-log': (config, { t }) => (config.text ? `${t('palette')}: ${shorten(config.text)}` : t('palette')),
    'ups-outlet': withUnit,
    'ups-rccmd': ({ action, hosts, broadcast }, { t }) => {
        const n = splitList(text(hosts)).length;
        return `${t(`short.${text(action)}`)} → ${t(`to.${broadcast ? 'broadcast' : count(n)}`, { n })}`;
    },
    'ups-remote-command': ({ command, targets }, { t }) => {
        const [first, ...more] = splitList(text(targets));
        if (!command || !first) return t('palette');
        return `${text(command)} → ${first}${more.length > 0 ? ` +${more.length}` : ''}`;
    },
    'ups-settings': withUnit,
    'ups-shutdown': withUnit,
    'ups-sms': ({ to }, { t }) => {
        const [first, ...more] = text(to)
            .split(/[,;\n]/)
            .map((entry) => entry.trim())
            .filter(Boolean);
        return `${t('palette')}${first ? `: ${first}${more.length > 0 ? ` +${more.length}` : ''}` : ''}`;
    },
    'ups-ssh': ({ command, hosts }, { t }) => {
        const n = splitList(text(hosts)).length;
        return `${shorten(command, 24)} → ${t(`to.${count(n)}`, { n })}`;
    },
    'ups-syslog': ({ hosts }, { t }) => (text(hosts) ? `syslog ${shorten(hosts, 24)}` : t('palette')),
    'ups-test': withUnit,
    'ups-trap': ({ hosts, kind }, { t }) =>
        text(hosts) ? `${t(`short.${text(kind)}`)} ${shorten(hosts, 24)}` : t('palette'),
    'ups-wol': ({ mode, hosts, mac }, { t }) => {
        const n = mode === 'staged' ? (Array.isArray(hosts) ? hosts.length : 0) : splitList(text(mac)).length;
        return `${t('palette')} → ${t(`to.${count(n)}`, { n })}`;
    },
};

/** The label of a job on the canvas: its name, or a few words about its effect, in the language of its site. */
export function jobLabel(RED: NodeAPI, words: Words, config: NodeDef, type = config.type): string {
    return labelIn(config, type, {
        t: (key, data) => words.say(`${type}.${key}`, data),
        nameOf: (id) => (RED.nodes.getNode(id) as { name?: string } | null)?.name ?? '',
    });
}

export function labelIn(config: NodeDef, type: string, words: LabelWords): string {
    if (config.name) return config.name;
    const label = LABELS[type]?.(config as unknown as Config, words) ?? '';
    // A missing text is returned as its key.
    return label === '' || label.includes(`${type}.`) ? type : label;
}
