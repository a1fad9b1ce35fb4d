import { t } from './texts';

// A message gives the rule of an edge as a name for programs, which never changes. People read a sentence.

/** `no value for 30 s` */
const LASTED = /^(.+?) for (\d[^:]*)$/;

/** The sentence of a rule. In a rule of names and numbers, the words in it are translated. */
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

/** Node-RED returns the key itself if it has no text for it. */
function known(rule: string): string | undefined {
    const key = ruleKey(rule);
    const text = key === '' ? '' : t(`rule.${key}`);
    return text === '' || text.endsWith(`rule.${key}`) ? undefined : text;
}
