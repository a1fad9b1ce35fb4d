/** A question of a host at the log-in (RFC 4256, section 3.2). */
export interface Prompt {
    prompt: string;
    /** Whether the answer may be shown; false for a password. */
    echo?: boolean;
}

/**
 * The word "password" as in the catalogues of Linux-PAM and OpenSSH: English, German, Dutch, Scandinavian, Romance, Slavic and
 * other languages.
 */
const PASSWORD = new RegExp(
    [
        ...[
            'password',
            'passwort',
            'passord',
            'kennwort',
            'wachtwoord',
            'lösenord',
            'adgangskode',
            'salasana',
            'mot de passe',
        ],
        ...[
            'contraseña',
            'contrasenya',
            'senha',
            'palavra-passe',
            'parola',
            'parolă',
            'heslo',
            'hasło',
            'jelszó',
            'şifre',
        ],
        ...['пароль', 'лозинка', 'парола', '密码', '密碼', '口令', 'パスワード', '암호'],
    ].join('|'),
    'iu',
);
/** Words in questions for a new password or a one-time password. */
const OTHER = new RegExp(
    [
        ...[
            '\\bnew\\b',
            '\\bre-?(type|enter)',
            '\\bagain\\b',
            '\\bconfirm',
            '\\bverif',
            '\\bone[- ]?time\\b',
            '\\botp\\b',
            '\\btoken\\b',
        ],
        ...[
            '\\bcode\\b',
            '\\bpasscode\\b',
            '\\bpin\\b',
            '\\bneues\\b',
            '\\beinmal',
            '\\bwiederhol',
            '\\bbestätig',
            '\\bnouveau\\b',
        ],
        ...['\\bnueva\\b', '\\bnuova\\b', '\\bnova\\b', '\\bnieuw\\b'],
    ].join('|'),
    'iu',
);
const LONGEST = 200;

/**
 * Whether a host asks for the account's password. Questions for a one-time code, for a new password, or with a visible answer do
 * not count.
 */
export function asksForPassword({ prompt, echo }: Prompt, user: string, host: string): boolean {
    if (echo || prompt.length > LONGEST) return false;
    // The text before may name the account: `(new@token.example) Password:`, `root's password:`.
    const bare = [user, host].reduce(without, prompt.replace(/^\s*\([^)]*\)/, ''));
    return PASSWORD.test(bare) && !OTHER.test(bare);
}

function without(text: string, word: string): string {
    const literal = word.replace(/[^\p{L}\p{N}]/gu, '\\$&');
    return text.replace(new RegExp(`(?<![\\p{L}\\p{N}])${literal}(?![\\p{L}\\p{N}])`, 'g'), ' ');
}

/** A prompt for a log: one line, bounded, without control characters, which a terminal would execute. */
export function shownPrompt(prompt: string): string {
    return prompt
        .replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ')
        .trim()
        .slice(0, 100);
}
