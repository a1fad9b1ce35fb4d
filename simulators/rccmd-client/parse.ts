/** What a client would do on a message. */
export type ReceivedAction = 'shutdown' | 'message' | 'execute' | 'trap' | 'log' | 'wakeup' | 'unknown';

export interface ParsedMessage {
    /** The verb as it was sent, e.g. `MSG_EXECUTE`; empty if the message is not RCCMD. */
    verb: string;
    text: string;
    wouldDo: ReceivedAction;
    raw: string;
}

const DEEDS: readonly ReceivedAction[] = ['shutdown', 'message', 'execute', 'trap', 'log', 'wakeup'];

/**
 * A reading of its own, independent of lib/protocols/rccmd, so that the two can judge each other. Seen on the wire:
 * `CONNECT TO RCCMD (SEND) MSG_EXECUTE MSG_TEXT <text>`. Every verb but MSG_EXECUTE is inferred by analogy; trailing bytes are unknown, so
 * NUL, CR and LF end a message.
 */
export function parseMessages(data: string): ParsedMessage[] {
    return data
        .split(/[\0\r\n]+/)
        .filter((line) => line.trim() !== '')
        .map(parseMessage);
}

function parseMessage(line: string): ParsedMessage {
    const [, verb = '', text = ''] = /^\s*CONNECT\s+TO\s+RCCMD\s*\(SEND\)\s*(\S*)\s*(.*)$/is.exec(line) ?? [];
    const wouldDo = DEEDS.find((deed) => verb.toLowerCase().includes(deed)) ?? 'unknown';
    return { verb, text: text.replace(/^MSG_TEXT\s?/i, ''), wouldDo, raw: line };
}
