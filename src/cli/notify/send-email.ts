import { createTransport } from 'nodemailer';
import type { Channel } from '../../config-notify.ts';
import { UserError } from '../../errors.ts';
import type { Message } from './message.ts';

/** Sends one e-mail, as plain text. Throws what the server or the network says; `timeoutMs` for each wait of it. */
export async function sendEmail(
  { host, port, tls, user, from, to }: Extract<Channel, { kind: 'email' }>,
  password: string | undefined,
  { title, text }: Message,
  timeoutMs: number,
): Promise<void> {
  if (tls === 'none' && password !== undefined)
    throw new UserError('a password is not sent in the clear', 'Set tls to "starttls" or "implicit".');
  const transport = createTransport({
    host,
    port,
    secure: tls === 'implicit',
    requireTLS: tls === 'starttls',
    ignoreTLS: tls === 'none',
    ...(user === undefined ? {} : { auth: { user, pass: password ?? '' } }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    await transport.sendMail({ from, to: [...to], subject: title, text });
  } finally {
    transport.close();
  }
}
