require "net/http"

# Single requests, which end in a few seconds, one way or the other.
module Http
  # No answer came.
  class Unreachable < StandardError; end

  def self.get(url, headers = {}) = open(url) { |http, uri| http.get(uri.request_uri, headers) }

  def self.post(url, body, headers) = open(url) { |http, uri| http.post(uri.request_uri, body, headers) }

  def self.open(url)
    uri = URI(url)
    Net::HTTP.start(uri.host, uri.port, use_ssl: uri.scheme == "https", open_timeout: 5, read_timeout: 15) do |http|
      yield http, uri
    end
  rescue SystemCallError, SocketError, IOError, Timeout::Error, OpenSSL::SSL::SSLError => error
    raise Unreachable, "#{url}: #{error.message}"
  end
  private_class_method :open
end
