import { said, type Told } from '../../core/language/sentence';

/**
 * Meanings of the numbers of +CMS ERROR (3GPP TS 27.005 section 3.2.5, with the causes of 24.011 and 23.040) and +CME ERROR (3GPP
 * TS 27.007 section 9.2).
 */

const CMS: Readonly<Record<number, string>> = {
    1: 'numberUnassigned',
    8: 'barredByOperator',
    10: 'barred',
    21: 'rejected',
    27: 'unreachable',
    28: 'recipientUnknown',
    29: 'notOffered',
    30: 'simUnknown',
    38: 'outOfOrder',
    41: 'temporary',
    42: 'congested',
    47: 'noResources',
    50: 'notSubscribed',
    69: 'noSms',
    96: 'incomplete',
    111: 'protocol',
    127: 'interworking',
    208: 'simFull',
    300: 'modem',
    301: 'reserved',
    302: 'notAllowed',
    303: 'notSupported',
    304: 'pdu',
    305: 'text',
    310: 'noSim',
    311: 'pin',
    313: 'simFailed',
    314: 'simBusy',
    315: 'simWrong',
    316: 'puk',
    322: 'full',
    330: 'centre',
    331: 'noService',
    332: 'timeout',
    340: 'acknowledgement',
    500: 'none',
};

const CME: Readonly<Record<number, string>> = {
    0: 'modem',
    3: 'notAllowed',
    4: 'notSupported',
    10: 'noSim',
    11: 'pin',
    12: 'puk',
    13: 'simFailed',
    14: 'simBusy',
    15: 'simWrong',
    16: 'pinWrong',
    17: 'pin2',
    18: 'puk2',
    20: 'full',
    30: 'noService',
    31: 'timeout',
    32: 'emergency',
    100: 'none',
};

/** Errors that may be temporary. */
const TEMPORARY_CMS = new Set([38, 41, 42, 47, 127, 314, 331, 332, 500]);
const TEMPORARY_CME = new Set([14, 30, 31, 100]);

export interface ModemRefusal {
    kind: 'cms' | 'cme' | 'error';
    /** Absent for a plain ERROR, or if the modem answers with text. */
    number?: number;
    words: Told;
    /** The error may be temporary. */
    temporary: boolean;
}

/** The refusal in a final result code; undefined if the line is not a refusal. */
export function refusalOf(line: string): ModemRefusal | undefined {
    const found = /^\+(CMS|CME) ERROR: *(.*)$/i.exec(line);
    if (found) {
        const kind = found[1]!.toLowerCase() as 'cms' | 'cme';
        const told = found[2]!.trim();
        // With AT+CMEE=2, a modem answers with its own text.
        if (!/^\d+$/.test(told)) return { kind, words: told || said('gsm.why.none'), temporary: true };
        const number = Number(told);
        const words = said(`gsm.why.${(kind === 'cms' ? CMS : CME)[number] ?? 'maker'}`);
        const temporary = (kind === 'cms' ? TEMPORARY_CMS : TEMPORARY_CME).has(number);
        return {
            kind,
            number,
            words: said('gsm.refused', { words, code: `${kind.toUpperCase()} ${number}` }),
            temporary,
        };
    }
    if (/^(ERROR|COMMAND NOT SUPPORT|TOO MANY PARAMETERS|NO CARRIER)$/i.test(line))
        return { kind: 'error', words: said('gsm.says', { line }), temporary: true };
    return undefined;
}
