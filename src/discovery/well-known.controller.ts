import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Clock } from '../kernel/clock.js';
import { found } from '../kernel/problem.js';
import { READ_CHAINS, type ReadChains } from '../payments/index.js';
import { CONFIG, type Config } from '../platform/config/index.js';
import { PublicAddress } from '../platform/http/index.js';
import { agentCard } from './agent-card.js';
import { agentRegistration } from './agent-registration.js';
import { json, pageOf, sendPage } from './page.js';
import { securityTxt } from './security-txt.js';

/** What registries and other agents look for at well-known addresses (RFC 8615). No key is needed. */
@Controller('.well-known')
export class WellKnownController {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(READ_CHAINS) private readonly chains: ReadChains,
    private readonly address: PublicAddress,
    private readonly clock: Clock,
  ) {}

  @Get('agent-card.json')
  card(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    sendPage(json(agentCard(this.address.origin)), request, reply);
  }

  @Get('agent-registration.json')
  registration(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    const { AGENT_REGISTRATIONS: registrations, READ_PRICE: price } = this.config;
    const sellsReads = price > 0n && Object.values(this.chains).some((chain) => chain !== null);
    sendPage(json(agentRegistration(this.address.origin, { sellsReads, registrations })), request, reply);
  }

  /** Refuses with `not_found` where the operator names no contact, or the contacts have expired. */
  @Get('security.txt')
  security(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    const { SECURITY_CONTACTS: contacts, SECURITY_EXPIRES: expires } = this.config;
    const text = securityTxt(this.address.origin, expires ? { contacts, expires } : null, this.clock.now());
    sendPage(pageOf(found(text, 'security.txt'), 'text/plain; charset=utf-8'), request, reply);
  }
}
