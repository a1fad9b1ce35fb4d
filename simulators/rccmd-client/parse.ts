/** The action of a client on a message. */
export type ReceivedAction = 'shutdown' | 'message' | 'execute' | 'trap' | 'log' | 'wakeup' | 'unknown';

export interface ParsedMessage {
    /** The verb as sent, e.g. `MSG_EXECUTE`; empty if the message is not RCCMD. */
    verb: string;
    text: string;
    wouldDo: ReceivedAction;
    raw: string;
}

const ACTIONS: readonly ReceivedAction[] = ['shutdown', 'message', 'execute', 'trap', 'log', 'wakeup'];

/**
 * A parser of its own, independent of lib/protocols/rccmd: each is used to test the other. Seen in real traffic: `CONNECT TO
 * RCCMD (SEND) MSG_EXECUTE MSG_TEXT <text>`. All verbs except MSG_EXECUTE are inferred by analogy. The bytes at the end are
 * unknown, so NUL, CR and LF end a message.
 */
export function parseMessages(data: string): ParsedMessage[] {
    return data
        .split(/[\0\r\n]+/)
        .filter((line) => line.trim() !== '')
        .map(parseMessage);
}

function parseMessage(line: string): ParsedMessage {
    const [, verb = '', text = ''] = /^\s*CONNECT\s+TO\s+RCCMD\s*\(SEND\)\s*(\S*)\s*(.*)$/is.exec(line) ?? [];
    const wouldDo = ACTIONS.find((deed) => verb.toLowerCase().includes(deed)) ?? 'unknown';
    return { verb, text: text.replace(/^MSG_TEXT\s?/i, ''), wouldDo, raw: line };
}
