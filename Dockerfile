# The service as an image: built with everything, run with nothing but what it needs, as nobody in particular.
#
#   docker build -t gatehouse .
#   docker run -p 3000:3000 -v gatehouse:/data -e AUTH_SECRET -e PUBLIC_URL -e SMTP_URL gatehouse

FROM node:22-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build

FROM node:22-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts

FROM node:22-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 DATA_DIR=/data
WORKDIR /app
COPY package.json LICENSE openapi.yaml ./
COPY bin ./bin
COPY data/common-passwords.txt ./data/
COPY --from=packages /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
# The image's user `node`; by number, so that Kubernetes can see that it is not root.
RUN install -d -o 1000 -g 1000 -m 700 /data
USER 1000:1000
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/ready`).then(({ ok }) => { process.exitCode = ok ? 0 : 1 })"]
# The process itself takes SIGTERM: no shell in between.
CMD ["node", "bin/gatehouse.cjs", "start"]
