import type { Form } from './form/form';

/** Shows the row of privacy if authentication is chosen, or if privacy alone is chosen, so that the user can remove it. */
export function showPrivacy(form: Form): void {
    const { version, authProtocol, privProtocol } = form.settings();
    form.row('privProtocol').toggle(version === '3' && (authProtocol !== 'none' || privProtocol !== 'none'));
}
