import { equal } from 'node:assert/strict';
import { accountFault, readReply } from '../../../../lib/protocols/mail/smtp-reply';

/** What large providers and common servers say, where, and what it means for the account. */
const SAID: [stage: string, response: string, fault: string | undefined][] = [
    ['AUTH PLAIN', '421 4.7.0 Try again later, closing connection.', 'busy'],
    ['AUTH LOGIN', '432 4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded', 'busy'],
    ['AUTH PLAIN', '454 4.7.0 Too many login attempts, please try again later.', 'busy'],
    ['AUTH PLAIN', '454 4.7.0 Temporary authentication failure: Connection lost to authentication server', 'busy'],
    ['STARTTLS', '454 4.7.0 TLS not available due to local problem', 'busy'],
    ['CONN', '421 4.3.2 Service not available', 'busy'],
    ['MAIL FROM', '451 4.7.1 Service unavailable - try again later', 'busy'],
    ['AUTH PLAIN', '535 5.7.8 Error: authentication failed: UGFzc3dvcmQ6', 'login'],
    ['AUTH LOGIN', '535 5.7.3 Authentication unsuccessful', 'login'],
    ['AUTH LOGIN', '535 5.7.139 Authentication unsuccessful, the user credentials were incorrect.', 'login'],
    ['AUTH LOGIN', '535 5.7.139 Authentication unsuccessful, basic authentication is disabled.', 'basic-off'],
    [
        'AUTH LOGIN',
        '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant. Visit x',
        'basic-off',
    ],
    [
        'AUTH LOGIN',
        "535 5.7.139 Authentication unsuccessful, user is locked by your organization's security defaults policy.",
        'basic-off',
    ],
    ['AUTH PLAIN', '550 5.7.30 Basic authentication is not supported for Client Submission.', 'basic-off'],
    ['DATA', '550 5.7.30 Basic authentication is not supported for Client Submission.', 'basic-off'],
    ['AUTH PLAIN', '534-5.7.9 Application-specific password required. For more information, go to', 'app-password'],
    ['AUTH PLAIN', '534-5.7.14 Please log in with your web browser and then try again.', 'app-password'],
    ['MAIL FROM', '530 5.7.57 Client not authenticated to send mail.', 'login'],
    ['RCPT TO', '530 5.7.0 Authentication required', 'login'],
    ['DATA', '550 5.7.1 authentication has expired', 'login'],
    ['DATA', '554 5.7.0 Your session has expired', 'login'],
    ['MAIL FROM', '553 5.1.8 domain does not exist', 'sender'],
    ['RCPT TO', '553 5.7.1 <ups@x.org>: Sender address rejected: not owned by user ups', 'sender'],
    ['DATA', '550 5.7.60 SMTP; Client does not have permissions to send as this sender', 'sender'],
    ['DATA', '554 5.2.252 SendAsDenied; ups@x.org not allowed to send as ops@x.org', 'sender'],
    ['DATA', '550 Sender address is not allowed.', 'sender'],
    ['DATA', '554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException; Failed to process', 'blocked'],
    ['DATA', '550-5.4.5 Daily user sending limit exceeded. For more information', 'blocked'],
    ['MAIL FROM', '550 5.4.5 Daily SMTP relay sending limit exceeded for user.', 'blocked'],
    ['DATA', '550 5.1.8 Access denied, bad outbound sender AS(42004)', 'blocked'],
    ['DATA', '550 5.7.501 Access denied, spam abuse detected.', 'blocked'],
    ['DATA', '550 5.7.705 Access denied, tenant has exceeded threshold', 'blocked'],
    ['DATA', '554 Sending is disabled for this user', 'blocked'],
    ['DATA', '550 5.7.1 Your account has been temporarily suspended', 'blocked'],
    ['DATA', '452 4.2.1 hourly sending quota exceeded', 'busy'],
    // of the mail and its recipients
    ['RCPT TO', '550 5.1.1 <nobody@x.org>: Recipient address rejected: User unknown', undefined],
    ['RCPT TO', '554 5.7.1 <a@elsewhere.org>: Relay access denied', undefined],
    ['RCPT TO', '552 5.2.2 mailbox over quota', undefined],
    ['RCPT TO', '450 4.2.0 greylisted', undefined],
    ['RCPT TO', '550 5.2.1 The email account that you tried to reach is disabled.', undefined],
    ['DATA', "552 5.2.2 The recipient's inbox is out of storage space", undefined],
    ['DATA', '554 5.7.1 Message rejected as spam', undefined],
    ['DATA', '550 5.7.1 This message violates example.com email policy.', undefined],
    ['DATA', '451 4.7.1 greylisted, try again later', undefined],
    ['DATA', '452 4.3.1 Insufficient system storage', undefined],
    ['MAIL FROM', '552 5.3.4 Message size exceeds fixed limit', undefined],
];

describe('SMTP replies', () => {
    for (const [stage, response, fault] of SAID) {
        it(`${stage}: ${response.slice(0, 70)} is ${fault ?? 'no fault of the account'}`, () => {
            equal(accountFault(readReply(response), stage), fault);
        });
    }

    it('have their status code read on the first line only', () => {
        equal(readReply('550-5.4.5 a\n550 5.4.6 b').status, '5.4.5');
        equal(readReply('250 ok').status, '');
        equal(readReply('rubbish').code, 0);
    });
});
