import type { Texts } from './texts';

// The rule of an edge is a name for programs, which never changes. People read a sentence.

/** `no value for 30 s` */
const LASTED = /^(.+?) for (\d[^:]*)$/;

/** The sentence of a rule. In a rule of names and numbers, the words in it are translated. */
export function ruleText(texts: Texts, rule: string): string {
    const key = rule
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, '-')
        .replace(/^-|-$/g, '');
    const whole = key && texts.find(`rule.${key}`);
    if (whole) return whole;
    const [, start, time] = LASTED.exec(rule) ?? [];
    if (start !== undefined && time !== undefined)
        return texts.say('rule.lasted', { rule: ruleText(texts, start), time });
    const colon = rule.indexOf(': ');
    if (colon >= 0) return `${ruleText(texts, rule.slice(0, colon))}: ${ruleText(texts, rule.slice(colon + 2))}`;
    const anew = / began anew$/.exec(rule);
    if (anew) return texts.say('rule.began-anew', { name: rule.slice(0, anew.index) });
    return rule.split(' or ').join(` ${texts.say('rule.or')} `);
}
