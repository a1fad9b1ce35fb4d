import { UpsError } from '../errors';
import { said } from '../language/sentence';

/** The actions of an RCCMD client (CS141 manual, "Available RCCMD commands for the CS141"), and the client's own log and wakeup. */
export const RCCMD_ACTIONS = ['shutdown', 'message', 'execute', 'trap', 'log', 'wakeup'] as const;

export type RccmdAction = (typeof RCCMD_ACTIONS)[number];

export type RccmdVerbs = Readonly<Record<RccmdAction, string>>;

/**
 * The only verb table. Only `MSG_EXECUTE` has been seen on a wire; the protocol is not public, and every other verb is INFERRED by analogy.
 * Sender and receiver therefore allow the user to replace each verb.
 */
export const RCCMD_VERBS: RccmdVerbs = {
    execute: 'MSG_EXECUTE',
    shutdown: 'MSG_SHUTDOWN',
    message: 'MSG_MESSAGE',
    trap: 'MSG_TRAP',
    log: 'MSG_LOG',
    wakeup: 'MSG_WAKEUP',
};

/** Whether the verb of an action has been seen in real traffic, or only inferred. */
export function isInferred(action: RccmdAction): boolean {
    return action !== 'execute';
}

const VERB_PATTERN = /^[A-Z0-9_]{1,64}$/;

/**
 * The table with some verbs replaced. Empty overrides are ignored, lower case becomes upper case, and `MSG_` is not added: the rest of an
 * override is sent as it was entered.
 *
 * @throws UpsError config-invalid for a verb with other characters than letters, digits and underscores
 */
export function verbTable(overrides: Partial<Record<RccmdAction, string>> = {}): RccmdVerbs {
    const table: Record<RccmdAction, string> = { ...RCCMD_VERBS };
    for (const action of RCCMD_ACTIONS) {
        const verb = overrides[action]?.trim();
        if (verb) table[action] = checkVerb(verb);
    }
    return table;
}

/** Whether `text` is a valid verb, in any case. */
export function isVerb(text: string): boolean {
    return VERB_PATTERN.test(text.trim().toUpperCase());
}

/** @throws UpsError config-invalid */
export function checkVerb(verb: string): string {
    if (!isVerb(verb)) {
        throw new UpsError('config-invalid', {
            property: 'verb',
            value: verb.slice(0, 80),
            expected: said('expected.verbForm'),
        });
    }
    return verb.trim().toUpperCase();
}

/** Whether two verbs are the same; case and the prefix `MSG_` do not matter. */
export function sameVerb(one: string, other: string): boolean {
    return bare(one) === bare(other);
}

function bare(verb: string): string {
    return verb.trim().toUpperCase().replace(/^MSG_/, '');
}

/**
 * The action of a received message; undefined for a verb that is in no table. The bare word `wakeup` as an execute is a wakeup, too: the
 * CS141 manual ("Available RCCMD commands for the CS141") calls it the "execute wakeup".
 */
export function actionOf(
    message: { verb: string; text: string },
    verbs: RccmdVerbs = RCCMD_VERBS,
): RccmdAction | undefined {
    const action = RCCMD_ACTIONS.find((candidate) => sameVerb(verbs[candidate], message.verb));
    if (action === 'execute' && sameVerb(message.text, verbs.wakeup)) return 'wakeup';
    return action;
}
