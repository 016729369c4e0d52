require "action_mailer"
require "aws-sdk-core"
require "aws-sigv4"

module Aws
  module SESV2
    # `Aws::SESV2::Errors::MessageRejected` and all others, as the SDK has them.
    module Errors
      extend Aws::Errors::DynamicErrors
    end
  end

  module ActionMailer
    module SESV2
      # In place of the delivery by SES's API of the gem aws-actionmailer-ses: the same settings, the same call, the same errors.
      # Region, credentials and signature are those of AWS's own gems, but aws-sdk-sesv2 is not at hand.
      class Mailer
        attr_reader :settings

        def initialize(settings = {})
          @settings = settings
          @config = Aws::STS::Client.new(**settings).config
        end

        def deliver!(message)
          destination = { ToAddresses: message.to, CcAddresses: message.cc, BccAddresses: message.bcc }.compact
          sent = send_email(Content: { Raw: { Data: Base64.strict_encode64(message.to_s) } }, Destination: destination)
          message.header[:ses_message_id] = sent.fetch("MessageId")
        end

        private

        # Source: https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html
        def send_email(input)
          uri = URI("#{endpoint}/v2/email/outbound-emails")
          request = Net::HTTP::Post.new(uri, "content-type" => "application/json")
          request.body = input.to_json
          signer = Aws::Sigv4::Signer.new(service: "ses", region: @config.region, credentials_provider: @config.credentials)
          signed = signer.sign_request(http_method: "POST", url: uri, headers: { "content-type" => "application/json" }, body: request.body)
          signed.headers.each { |name, value| request[name] = value }
          answer = Net::HTTP.start(uri.host, uri.port, use_ssl: uri.scheme == "https") { |http| http.request(request) }
          answer.is_a?(Net::HTTPSuccess) ? JSON.parse(answer.body) : refuse(answer)
        end

        def endpoint
          ENV["AWS_ENDPOINT_URL_SESV2"] || ENV["AWS_ENDPOINT_URL"] || "https://email.#{@config.region}.amazonaws.com"
        end

        def refuse(answer)
          body = JSON.parse(answer.body)
          code = (answer["x-amzn-errortype"] || body["__type"]).to_s[/\w+/]
          raise Aws::SESV2::Errors.error_class(code).new(nil, body["message"] || body["Message"])
        end
      end
    end
  end
end

ActiveSupport.on_load(:action_mailer) { add_delivery_method :ses_v2, Aws::ActionMailer::SESV2::Mailer }
