import { t } from './texts';

// What decided an edge is a name in the message, for programs, and the same for ever. People read a sentence of it.

/** `no value for 30 s` */
const LASTED = /^(.+?) for (\d[^:]*)$/;

/** The sentence of a rule; of one that is made of names and figures, with the words in it in the language of the editor. */
export function ruleText(rule: string): string {
    const whole = known(rule);
    if (whole !== undefined) return whole;
    const [, start, seconds] = LASTED.exec(rule) ?? [];
    if (start !== undefined) return t('rule.lasted', { rule: ruleText(start), time: seconds });
    const colon = rule.indexOf(': ');
    if (colon >= 0) return `${ruleText(rule.slice(0, colon))}: ${ruleText(rule.slice(colon + 2))}`;
    const anew = / began anew$/.exec(rule);
    if (anew) return t('rule.began-anew', { name: rule.slice(0, anew.index) });
    return rule.includes(' or ') ? rule.split(' or ').join(` ${t('rule.or')} `) : rule;
}

/** The key of a rule in the catalogue, e.g. `output-on-battery`. */
export function ruleKey(rule: string): string {
    return rule
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, '-')
        .replace(/^-|-$/g, '');
}

/** Node-RED gives back a key that it has no text for. */
function known(rule: string): string | undefined {
    const key = ruleKey(rule);
    const text = key === '' ? '' : t(`rule.${key}`);
    return text === '' || text.endsWith(`rule.${key}`) ? undefined : text;
}
