import type { Form } from './form/form';

/** Shows the row of privacy where authentication is chosen; and where privacy alone is, so that it can be taken back. */
export function showPrivacy(form: Form): void {
    const { version, authProtocol, privProtocol } = form.settings();
    form.row('privProtocol').toggle(version === '3' && (authProtocol !== 'none' || privProtocol !== 'none'));
}
