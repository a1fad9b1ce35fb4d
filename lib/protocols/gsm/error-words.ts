/** What +CMS ERROR (27.005 section 3.2.5, with the causes of 24.011 and 23.040) and +CME ERROR (27.007 section 9.2) numbers mean. */

const CMS: Readonly<Record<number, string>> = {
    1: 'the number is not assigned',
    8: 'barred by the network operator',
    10: 'the SIM may not send (call barred)',
    21: 'the network rejected the message',
    27: 'the recipient cannot be reached',
    28: 'the recipient is unknown to the network',
    29: 'the network does not offer this to the SIM',
    30: 'the SIM is unknown to the network',
    38: 'the network is out of order',
    41: 'temporary failure of the network',
    42: 'the network is congested',
    47: 'the network has no resources left',
    50: 'SMS is not subscribed for this SIM',
    69: 'the network does not offer SMS',
    96: 'the message is incomplete for the network',
    111: 'protocol error in the network',
    127: 'the network gives no reason (interworking)',
    208: 'the SIM memory is full',
    300: 'failure of the modem',
    301: 'the modem’s SMS service is reserved',
    302: 'the modem does not allow this',
    303: 'the modem does not support this',
    304: 'the modem finds the PDU invalid',
    305: 'the modem finds the text or the number invalid',
    310: 'no SIM is inserted',
    311: 'the SIM wants its PIN',
    313: 'the SIM has failed',
    314: 'the SIM is busy',
    315: 'the SIM is wrong',
    316: 'the SIM wants its PUK',
    322: 'the memory is full',
    330: 'the service centre’s number is unknown; set it in the modem’s dialog',
    331: 'no network service',
    332: 'the network did not answer in time',
    340: 'an acknowledgement was expected',
    500: 'the modem gives no reason',
};

const CME: Readonly<Record<number, string>> = {
    0: 'failure of the modem',
    3: 'the modem does not allow this',
    4: 'the modem does not support this',
    10: 'no SIM is inserted',
    11: 'the SIM wants its PIN',
    12: 'the SIM wants its PUK',
    13: 'the SIM has failed',
    14: 'the SIM is busy',
    15: 'the SIM is wrong',
    16: 'the PIN is wrong',
    17: 'the SIM wants its PIN2',
    18: 'the SIM wants its PUK2',
    20: 'the memory is full',
    30: 'no network service',
    31: 'the network did not answer in time',
    32: 'only emergency calls are allowed',
    100: 'the modem gives no reason',
};

/** Those that may be gone a little later. */
const PASSING_CMS = new Set([38, 41, 42, 47, 127, 314, 331, 332, 500]);
const PASSING_CME = new Set([14, 30, 31, 100]);

export interface ModemRefusal {
    kind: 'cms' | 'cme' | 'error';
    /** Absent for a bare ERROR, or where the modem answers in words. */
    number?: number;
    words: string;
    /** May be gone a little later. */
    passing: boolean;
}

/** A final result code as a refusal; undefined if it is none. */
export function refusalOf(line: string): ModemRefusal | undefined {
    const found = /^\+(CMS|CME) ERROR: *(.*)$/i.exec(line);
    if (found) {
        const kind = found[1]!.toLowerCase() as 'cms' | 'cme';
        const said = found[2]!.trim();
        // A modem in AT+CMEE=2 answers in words of its own.
        if (!/^\d+$/.test(said)) return { kind, words: said || 'the modem gives no reason', passing: true };
        const number = Number(said);
        const words = (kind === 'cms' ? CMS : CME)[number] ?? 'a reason of the maker’s';
        const passing = (kind === 'cms' ? PASSING_CMS : PASSING_CME).has(number);
        return { kind, number, words: `${words} (${kind.toUpperCase()} ${number})`, passing };
    }
    if (/^(ERROR|COMMAND NOT SUPPORT|TOO MANY PARAMETERS|NO CARRIER)$/i.test(line))
        return { kind: 'error', words: `the modem says ${line}`, passing: true };
    return undefined;
}
