import type { Request } from 'express';
import type { NodeAPI } from 'node-red';
import { languages, wordsIn } from './site-words';
import type { Translator } from './texts';

/**
 * The texts for who looks at the editor: in the language that the request asks for (`Accept-Language`; the editor sends its own), else in that of
 * the process.
 */
export function editorWords(RED: NodeAPI, request: Pick<Request, 'headers' | 'acceptsLanguages'>): Translator {
    if (request.headers['accept-language'] === undefined) return RED;
    const language = request.acceptsLanguages(languages());
    return typeof language === 'string' ? wordsIn(language) : RED;
}
