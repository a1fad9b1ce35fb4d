/** What a refusal reveals about the account, at whatever step; undefined: nothing. */
export type AccountFault = 'busy' | 'login' | 'basic-off' | 'app-password' | 'sender' | 'blocked';

export interface SmtpReply {
    /** Reply code, RFC 5321 section 4.2. */
    code: number;
    /** Enhanced status code, RFC 3463; empty when there is none. */
    status: string;
    text: string;
}

export function readReply(response: string): SmtpReply {
    const parts = /^(\d{3})(?:[ -]+(\d\.\d{1,3}\.\d{1,3}))?/.exec(response.trim());
    return { code: Number(parts?.[1] ?? 0), status: parts?.[2] ?? '', text: response };
}

// Phrases of Exchange Online, Gmail, Postfix, Exim, GMX/WEB.DE, IONOS and Yahoo as reported by users; not all are documented.

const BASIC_OFF =
    /basic auth\w* is (disabled|not (supported|allowed))|smtp ?clientauthentication is disabled|smtp auth\w* is disabled|security defaults policy/i;
const APP_PASSWORD =
    /application[- ]specific password|app password|log in (via|with) your web browser|web login required/i;
const LOGIN =
    /not authenticated|must (first )?(authenticate|log ?in)|auth\w* (is )?required|(auth\w*|session|token|credentials?|password)( \w+)? (has |have )?expired|log ?in (is )?required/i;
const SENDER =
    /send ?as ?denied|(not|isn't) (allowed|permitted|authori[sz]ed) to send (as|from|on behalf)|permissions? to send as|sender (address |domain )?(is |was )?(rejected|refused|denied|invalid|not (allowed|accepted|permitted|authori[sz]ed))|not owned by (the )?user|from (address|header)[^.]{0,40}not (verified|allowed|match)|sender verif\w* failed/i;
const BLOCKED =
    /bad (outbound )?sender|outbound ?spam|(submission|sending|outbound|daily|hourly|monthly|message|relay)[^.\n]{0,30}(quota|limit)|exceeded [^.\n]{0,30}(sending|submission|daily|hourly|relay|message|send)[^.\n]{0,20}(quota|limit|threshold)|too many (messages|e?-?mails) (sent|from)|sending[^.\n]{0,30}(disabled|blocked|suspended|restricted|not allowed)|(your|this|sender'?s?|sending|user'?s?) account[^.\n]{0,40}(disabled|suspended|blocked|locked|deactivated|restricted)|account (is |has been )?(temporarily )?(disabled|suspended|blocked|locked|deactivated)|unregistered domain/i;
/** Words that blame the recipient (mailbox full or closed) or the mail (too large). */
const OF_MAIL = /recipient|mailbox|inbox|size|too (large|big)/i;

const BLOCKED_STATUS = /^5\.(4\.5|7\.(50[1-9]|51[0-2]|70[58]|750))$/;
const SENDER_STATUS = /^5\.(7\.60|2\.252)$/;

/**
 * What a refusal reveals about the account.
 * @param stage the SMTP command that was refused; `DATA` also for the mail itself
 */
export function accountFault({ code, status, text }: SmtpReply, stage: string): AccountFault | undefined {
    if (code === 421) return 'busy';
    if (stage.startsWith('AUTH')) {
        if (code >= 400 && code < 500) return 'busy';
        return loginFault(status, text) ?? 'login';
    }
    if (code >= 400 && code < 500) {
        const ofMail = stage === 'RCPT TO' || (stage === 'DATA' && !isBlocked(text));
        return ofMail ? undefined : 'busy';
    }
    if (code < 500) return undefined;
    if (code === 530 || code === 534 || code === 535 || code === 538 || status === '5.7.57') {
        return loginFault(status, text) ?? 'login';
    }
    const fault = loginFault(status, text);
    if (fault) return fault;
    if (SENDER_STATUS.test(status) || SENDER.test(text)) return 'sender';
    if (BLOCKED_STATUS.test(status) || isBlocked(text)) return 'blocked';
    if (LOGIN.test(text)) return 'login';
    return stage === 'MAIL FROM' && code !== 552 ? 'sender' : undefined;
}

function isBlocked(text: string): boolean {
    return BLOCKED.test(text) && !OF_MAIL.test(text);
}

function loginFault(status: string, text: string): AccountFault | undefined {
    if (status === '5.7.30' || BASIC_OFF.test(text)) return 'basic-off';
    return APP_PASSWORD.test(text) ? 'app-password' : undefined;
}
