import { refusedFile } from '../shared/refused-file';
import type { MibModule } from './modules';

/** Types whose values can have names (RFC 2578, section 7.1). */
const NAMED = new Set(['INTEGER', 'Integer32', 'BITS']);

/** `name ( number )`, and a comma between two of them; in vendors' files behind the last one, too. */
const LIST = /^\{( \w[\w-]* \( -?\d+ \) ,)*( \w[\w-]* \( -?\d+ \))?( ,)? \}$/;

/**
 * Checks the lists of named values: in a damaged one, net-snmp would read other names than those that stand there.
 * @throws UpsError file-refused: mib.syntax (line)
 */
export function checkEnumerations({ body }: MibModule): void {
    body.forEach(({ text, line }, at) => {
        if (text !== '{' || !NAMED.has(body[at - 1]?.text ?? '')) return;
        let end = at;
        while (body[end] && body[end]!.text !== '}') end++;
        const words = body.slice(at, end + 1).map((token) => token.text);
        const numbers = words.filter((_, index) => words[index - 1] === '(');
        const isList = LIST.test(words.join(' ')) && numbers.length > 0 && new Set(numbers).size === numbers.length;
        if (!isList) throw refusedFile('mib.syntax', { line });
    });
}
